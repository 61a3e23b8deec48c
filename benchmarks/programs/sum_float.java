import java.io.IOException;

final class SumFloat {
    static double sum(double n) {
        double total = 0.0;
        double x = 0.0;
        while (x < n) {
            total = total + x * 0.5;
            x = x + 1.0;
        }
        return total;
    }

    static String run(int n) {
        return String.format("%.1f", sum(n));
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, SumFloat::run);
    }
}
