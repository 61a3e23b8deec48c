import java.io.IOException;

final class Queens {
    static int place(int n, int row, boolean[] columns, boolean[] rising, boolean[] falling) {
        if (row == n) return 1;
        int count = 0;
        for (int column = 0; column < n; column++) {
            int up = row + column;
            int down = row - column + n;
            if (!columns[column] && !rising[up] && !falling[down]) {
                columns[column] = true;
                rising[up] = true;
                falling[down] = true;
                count += place(n, row + 1, columns, rising, falling);
                columns[column] = false;
                rising[up] = false;
                falling[down] = false;
            }
        }
        return count;
    }

    static int run(int n) {
        return place(n, 0, new boolean[n], new boolean[2 * n], new boolean[2 * n + 1]);
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, Queens::run);
    }
}
