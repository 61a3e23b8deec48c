import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

final class Polymorphism {
    abstract static class Shape {
        abstract double area();

        int corners() {
            return 0;
        }

        double weight(double density) {
            return area() * density;
        }
    }

    static final class Circle extends Shape {
        private final double r;

        Circle(double r) {
            this.r = r;
        }

        double area() {
            return 3.0 * r * r;
        }
    }

    static final class Square extends Shape {
        private final double side;

        Square(double side) {
            this.side = side;
        }

        double area() {
            return side * side;
        }

        int corners() {
            return 4;
        }
    }

    static final class Rect extends Shape {
        private final double w;
        private final double h;

        Rect(double w, double h) {
            this.w = w;
            this.h = h;
        }

        double area() {
            return w * h;
        }

        int corners() {
            return 4;
        }
    }

    static final class Triangle extends Shape {
        private final double base;
        private final double height;

        Triangle(double base, double height) {
            this.base = base;
            this.height = height;
        }

        double area() {
            return base * height * 0.5;
        }

        int corners() {
            return 3;
        }
    }

    static final class Ring extends Shape {
        private final double outer;
        private final double inner;

        Ring(double outer, double inner) {
            this.outer = outer;
            this.inner = inner;
        }

        double area() {
            return 3.0 * (outer * outer - inner * inner);
        }
    }

    static final class Cross extends Shape {
        private final double arm;
        private final double width;

        Cross(double arm, double width) {
            this.arm = arm;
            this.width = width;
        }

        double area() {
            return width * (4.0 * arm + width);
        }

        int corners() {
            return 12;
        }
    }

    static final class Line extends Shape {
        final double length;

        Line(double length) {
            this.length = length;
        }

        double area() {
            return 0.0;
        }

        int corners() {
            return 2;
        }
    }

    static final class Dot extends Shape {
        double area() {
            return 0.0;
        }

        int corners() {
            return 1;
        }
    }

    static Shape make(int i, int kinds) {
        int size = i % 5 + 1;
        switch (i % kinds) {
            case 0: return new Circle(size);
            case 1: return new Square(size);
            case 2: return new Rect(size, 2.0);
            case 3: return new Triangle(size, 4.0);
            case 4: return new Ring(size + 1.0, size);
            case 5: return new Cross(size, 1.0);
            case 6: return new Line(size);
            default: return new Dot();
        }
    }

    static double total(List<Shape> shapes) {
        double sum = 0.0;
        for (Shape shape : shapes) sum += shape.weight(0.5) + shape.corners();
        return sum;
    }

    static Object plus(Object a, Object b) {
        if (a instanceof List<?> first && b instanceof List<?> second) {
            List<Object> both = new ArrayList<>(first);
            both.addAll(second);
            return both;
        }
        if (a instanceof Number x && b instanceof Number y) return x.doubleValue() + y.doubleValue();
        return a.toString() + b;
    }

    static String run(int rounds) {
        List<Shape> one = new ArrayList<>();
        List<Shape> two = new ArrayList<>();
        List<Shape> four = new ArrayList<>();
        List<Shape> eight = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            one.add(make(i, 1));
            two.add(make(i, 2));
            four.add(make(i, 4));
            eight.add(make(i, 8));
        }
        double sum = 0.0;
        double mixed = 0.0;
        for (int round = 0; round < rounds; round++) {
            sum += total(one) + total(two) + total(four) + total(eight);
            Object step = round % 2 == 0 ? (Object) round : (Object) 0.5;
            mixed = (Double) plus(mixed, step);
            mixed += ((String) plus("a", "b")).length();
            mixed += ((List<?>) plus(List.of(1), List.of(2, 3))).size();
        }
        return String.format("%.1f %.1f", sum, mixed);
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, Polymorphism::run);
    }
}
