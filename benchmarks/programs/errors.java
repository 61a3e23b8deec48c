import java.io.IOException;

final class Errors {
    static long check(long n) {
        if (n % 7 == 0) throw new IllegalArgumentException("seven");
        return n * 2;
    }

    static long deep(int depth, long n) {
        return depth == 0 ? check(n) : 1 + deep(depth - 1, n);
    }

    /** A value, or the problem why there is none. */
    record Result(long value, String problem) {}

    static Result half(long n) {
        return n % 2 == 0 ? new Result(n / 2, null) : new Result(0, "odd");
    }

    static Result quarter(long n) {
        Result once = half(n);
        return once.problem != null ? once : half(once.value);
    }

    static String run(int rounds) {
        long total = 0;
        long caught = 0;
        for (int i = 0; i < rounds; i++) {
            try {
                total += deep(i % 10, i);
            } catch (IllegalArgumentException error) {
                caught += error.getMessage().length();
            }
            for (int k = 0; k < 4; k++) {
                Result fourth = quarter(i + k);
                if (fourth.problem == null) total += fourth.value;
                else caught += fourth.problem.length();
            }
        }
        return total + " " + caught;
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, Errors::run);
    }
}
