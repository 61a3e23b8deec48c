import java.io.IOException;
import java.util.function.LongUnaryOperator;

final class Closures {
    static LongUnaryOperator adder(long n) {
        return x -> x + n;
    }

    static LongUnaryOperator counter() {
        long[] n = {0};
        return step -> {
            n[0] += step;
            return n[0];
        };
    }

    static LongUnaryOperator twice(LongUnaryOperator f) {
        return x -> f.applyAsLong(f.applyAsLong(x));
    }

    static long run(int turns) {
        LongUnaryOperator add12 = twice(twice(adder(3)));
        LongUnaryOperator count = counter();
        long total = 0;
        for (int i = 0; i < turns; i++) {
            total += add12.applyAsLong(i) % 7;
            count.applyAsLong(i % 3);
        }
        return total + count.applyAsLong(0);
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, Closures::run);
    }
}
