import java.io.IOException;
import java.util.Arrays;

final class SpectralNorm {
    static double element(int i, int j) {
        return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1);
    }

    static void times(double[] v, double[] out, int n) {
        for (int i = 0; i < n; i++) {
            double sum = 0.0;
            for (int j = 0; j < n; j++) sum += element(i, j) * v[j];
            out[i] = sum;
        }
    }

    static void timesTransposed(double[] v, double[] out, int n) {
        for (int i = 0; i < n; i++) {
            double sum = 0.0;
            for (int j = 0; j < n; j++) sum += element(j, i) * v[j];
            out[i] = sum;
        }
    }

    static String run(int n) {
        double[] u = new double[n];
        Arrays.fill(u, 1.0);
        double[] v = new double[n];
        double[] t = new double[n];
        for (int i = 0; i < 10; i++) {
            times(u, t, n);
            timesTransposed(t, v, n);
            times(v, t, n);
            timesTransposed(t, u, n);
        }
        double uv = 0.0, vv = 0.0;
        for (int i = 0; i < n; i++) {
            uv += u[i] * v[i];
            vv += v[i] * v[i];
        }
        return String.format("%.9f", Math.sqrt(uv / vv));
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, SpectralNorm::run);
    }
}
