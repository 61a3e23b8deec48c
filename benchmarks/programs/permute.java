import java.io.IOException;

final class Permute {
    int count = 0;
    final int[] values;

    Permute(int n) {
        values = new int[n];
        for (int i = 0; i < n; i++) values[i] = i;
    }

    void permute(int n) {
        count += 1;
        if (n != 0) {
            int last = n - 1;
            permute(last);
            for (int i = last; i >= 0; i--) {
                swap(last, i);
                permute(last);
                swap(last, i);
            }
        }
    }

    void swap(int i, int j) {
        int kept = values[i];
        values[i] = values[j];
        values[j] = kept;
    }

    static int run(int n) {
        Permute permuter = new Permute(n);
        permuter.permute(n);
        return permuter.count;
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, Permute::run);
    }
}
