import java.io.IOException;

final class Fannkuch {
    static int flips(int[] p, int[] work) {
        System.arraycopy(p, 0, work, 0, p.length);
        int count = 0;
        int first = work[0];
        while (first != 0) {
            int low = 0;
            int high = first;
            while (low < high) {
                int kept = work[low];
                work[low] = work[high];
                work[high] = kept;
                low += 1;
                high -= 1;
            }
            count += 1;
            first = work[0];
        }
        return count;
    }

    static String run(int n) {
        int[] p = new int[n];
        for (int i = 0; i < n; i++) p[i] = i;
        int[] work = new int[n];
        int[] left = new int[n];
        int checksum = 0;
        int longest = 0;
        boolean even = true;
        int width = n;
        for (;;) {
            while (width > 1) {
                left[width - 1] = width;
                width -= 1;
            }
            int count = flips(p, work);
            if (count > longest) longest = count;
            checksum += even ? count : -count;
            even = !even;
            for (;;) {
                if (width == n) return checksum + " " + longest;
                int first = p[0];
                for (int i = 0; i < width; i++) p[i] = p[i + 1];
                p[width] = first;
                left[width] -= 1;
                if (left[width] > 0) break;
                width += 1;
            }
        }
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, Fannkuch::run);
    }
}
