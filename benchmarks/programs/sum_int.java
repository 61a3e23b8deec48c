import java.io.IOException;

final class SumInt {
    static long sum(long n) {
        long total = 0;
        long i = 0;
        while (i < n) {
            total = total + i;
            i = i + 1;
        }
        return total;
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, SumInt::sum);
    }
}
