import java.io.IOException;

final class Expressions {
    sealed interface Expression permits Constant, Variable, Sum, Product, Power {}

    record Constant(long value) implements Expression {}

    record Variable() implements Expression {}

    record Sum(Expression left, Expression right) implements Expression {}

    record Product(Expression left, Expression right) implements Expression {}

    record Power(Expression base, long exponent) implements Expression {}

    static final Variable VARIABLE = new Variable();

    static Expression derive(Expression e) {
        if (e instanceof Constant) return new Constant(0);
        if (e instanceof Variable) return new Constant(1);
        if (e instanceof Sum sum) return new Sum(derive(sum.left), derive(sum.right));
        if (e instanceof Product product) {
            return new Sum(new Product(derive(product.left), product.right),
                new Product(product.left, derive(product.right)));
        }
        Power power = (Power) e;
        return new Product(
            new Product(new Constant(power.exponent), new Power(power.base, power.exponent - 1)),
            derive(power.base));
    }

    static boolean isNumber(Expression e, long n) {
        return e instanceof Constant constant && constant.value == n;
    }

    static Expression simplify(Expression e) {
        if (e instanceof Sum sum) {
            Expression a = simplify(sum.left);
            Expression b = simplify(sum.right);
            if (a instanceof Constant x && b instanceof Constant y) {
                return new Constant((x.value + y.value) % 1000003);
            }
            if (isNumber(a, 0)) return b;
            if (isNumber(b, 0)) return a;
            return new Sum(a, b);
        }
        if (e instanceof Product product) {
            Expression a = simplify(product.left);
            Expression b = simplify(product.right);
            if (a instanceof Constant x && b instanceof Constant y) {
                return new Constant(x.value * y.value % 1000003);
            }
            if (isNumber(a, 0) || isNumber(b, 0)) return new Constant(0);
            if (isNumber(a, 1)) return b;
            if (isNumber(b, 1)) return a;
            return new Product(a, b);
        }
        if (e instanceof Power power) {
            if (power.exponent == 0) return new Constant(1);
            if (power.exponent == 1) return simplify(power.base);
            return new Power(simplify(power.base), power.exponent);
        }
        return e;
    }

    static long evaluate(Expression e, long x) {
        if (e instanceof Constant constant) return constant.value;
        if (e instanceof Variable) return x;
        if (e instanceof Sum sum) return (evaluate(sum.left, x) + evaluate(sum.right, x)) % 1000003;
        if (e instanceof Product product) {
            return evaluate(product.left, x) * evaluate(product.right, x) % 1000003;
        }
        Power power = (Power) e;
        long base = evaluate(power.base, x);
        long result = 1;
        for (long i = 0; i < power.exponent; i++) result = result * base % 1000003;
        return result;
    }

    static int size(Expression e) {
        if (e instanceof Sum sum) return 1 + size(sum.left) + size(sum.right);
        if (e instanceof Product product) return 1 + size(product.left) + size(product.right);
        if (e instanceof Power power) return 1 + size(power.base);
        return 1;
    }

    static Expression polynomial(int n) {
        Expression e = VARIABLE;
        for (int i = 1; i < n; i++) {
            e = i % 3 == 0
                ? new Power(e, 2)
                : new Sum(new Product(new Constant(i), e), new Power(VARIABLE, i % 4));
        }
        return e;
    }

    static long run(int rounds) {
        long total = 0;
        for (int round = 0; round < rounds; round++) {
            Expression e = polynomial(12);
            for (int i = 0; i < 3; i++) e = simplify(derive(e));
            total += size(e) + evaluate(e, round % 10);
        }
        return total;
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, Expressions::run);
    }
}
