import java.io.IOException;

final class NestedLoops {
    static long count(int n) {
        long total = 0;
        for (int a = 0; a < n; a++) {
            for (int b = 0; b < n; b++) {
                for (int c = 0; c < n; c++) {
                    for (int d = 0; d < n; d++) {
                        for (int e = 0; e < n; e++) total += d;
                    }
                }
            }
        }
        return total;
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, NestedLoops::count);
    }
}
