import java.io.IOException;
import java.util.Arrays;

final class Sort {
    static int[] randomList(int n) {
        long seed = 12345;
        int[] list = new int[n];
        for (int i = 0; i < n; i++) {
            seed = (seed * 1103515245 + 12345) % 2147483648L;
            list[i] = (int) (seed / 1024);
        }
        return list;
    }

    static void quicksort(int[] list, int low, int high) {
        while (low < high) {
            int pivot = list[(low + high) / 2];
            int i = low;
            int j = high;
            while (i <= j) {
                while (list[i] < pivot) i += 1;
                while (list[j] > pivot) j -= 1;
                if (i <= j) {
                    int kept = list[i];
                    list[i] = list[j];
                    list[j] = kept;
                    i += 1;
                    j -= 1;
                }
            }
            quicksort(list, low, j);
            low = i;
        }
    }

    static int[] mergeSort(int[] list) {
        int n = list.length;
        if (n < 2) return list;
        int[] left = mergeSort(Arrays.copyOfRange(list, 0, n / 2));
        int[] right = mergeSort(Arrays.copyOfRange(list, n / 2, n));
        int[] out = new int[n];
        int i = 0;
        int j = 0;
        int k = 0;
        while (i < left.length && j < right.length) {
            out[k++] = right[j] < left[i] ? right[j++] : left[i++];
        }
        while (i < left.length) out[k++] = left[i++];
        while (j < right.length) out[k++] = right[j++];
        return out;
    }

    static void siftDown(int[] heap, int start, int end) {
        int parent = start;
        for (;;) {
            int child = 2 * parent + 1;
            if (child >= end) return;
            if (child + 1 < end && heap[child] < heap[child + 1]) child += 1;
            if (heap[parent] >= heap[child]) return;
            int kept = heap[parent];
            heap[parent] = heap[child];
            heap[child] = kept;
            parent = child;
        }
    }

    static void heapSort(int[] list) {
        int n = list.length;
        for (int start = n / 2 - 1; start >= 0; start--) siftDown(list, start, n);
        for (int end = n - 1; end > 0; end--) {
            int kept = list[0];
            list[0] = list[end];
            list[end] = kept;
            siftDown(list, 0, end);
        }
    }

    static long run(int n) {
        int[] quick = randomList(n);
        quicksort(quick, 0, n - 1);
        int[] merged = mergeSort(randomList(n));
        int[] heap = randomList(n);
        heapSort(heap);
        long sum = 0;
        for (int i = 0; i < n; i++) {
            if (quick[i] != merged[i] || quick[i] != heap[i]) {
                throw new IllegalStateException("the sorts differ");
            }
            sum += quick[i] % 1000 * (i % 10);
        }
        return sum;
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, Sort::run);
    }
}
