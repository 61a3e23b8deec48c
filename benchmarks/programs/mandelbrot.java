import java.io.IOException;

final class Mandelbrot {
    static int inside(int size, int limit) {
        int count = 0;
        for (int row = 0; row < size; row++) {
            double ci = 2.0 * row / size - 1.0;
            for (int column = 0; column < size; column++) {
                double cr = 2.0 * column / size - 1.5;
                double zr = 0.0;
                double zi = 0.0;
                int turn = 0;
                while (turn < limit && zr * zr + zi * zi <= 4.0) {
                    double next = zr * zr - zi * zi + cr;
                    zi = 2.0 * zr * zi + ci;
                    zr = next;
                    turn += 1;
                }
                if (turn == limit) count += 1;
            }
        }
        return count;
    }

    static int run(int n) {
        return inside(n, 50);
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, Mandelbrot::run);
    }
}
