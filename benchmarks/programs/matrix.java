import java.io.IOException;

final class Matrix {
    static double[][] make(int n, int seed) {
        double[][] rows = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) rows[i][j] = (i * seed + j) % 10 + 0.5;
        }
        return rows;
    }

    static double[][] multiply(double[][] a, double[][] b, int n) {
        double[][] out = new double[n][n];
        for (int i = 0; i < n; i++) {
            double[] from = a[i];
            for (int j = 0; j < n; j++) {
                double sum = 0.0;
                for (int k = 0; k < n; k++) sum += from[k] * b[k][j];
                out[i][j] = sum;
            }
        }
        return out;
    }

    static String run(int n) {
        double[][] c = multiply(make(n, 3), make(n, 7), n);
        double trace = 0.0;
        for (int i = 0; i < n; i++) trace += c[i][i];
        return String.format("%.2f", trace);
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, Matrix::run);
    }
}
