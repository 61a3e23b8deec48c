import java.io.IOException;

final class Sieve {
    static int countPrimes(int n) {
        boolean[] composite = new boolean[n + 1];
        int count = 0;
        for (int i = 2; i <= n; i++) {
            if (!composite[i]) {
                count += 1;
                for (int k = i + i; k <= n; k += i) composite[k] = true;
            }
        }
        return count;
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, Sieve::countPrimes);
    }
}
