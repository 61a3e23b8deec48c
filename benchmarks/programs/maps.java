import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

final class Maps {
    static Map<Long, Long> fill(int n, long factor) {
        Map<Long, Long> map = new HashMap<>();
        long key = 1;
        for (long i = 0; i < n; i++) {
            map.put(key, i);
            key = (key * factor + 12345) % 1000003;
        }
        return map;
    }

    static long collatz(long n) {
        Map<Long, Long> steps = new HashMap<>();
        steps.put(1L, 0L);
        long longest = 0;
        for (long start = 1; start < n; start++) {
            List<Long> path = new ArrayList<>();
            long x = start;
            while (!steps.containsKey(x)) {
                path.add(x);
                x = x % 2 == 0 ? x / 2 : 3 * x + 1;
            }
            long count = steps.get(x);
            while (!path.isEmpty()) {
                count += 1;
                steps.put(path.remove(path.size() - 1), count);
            }
            longest = Math.max(longest, count);
        }
        return longest * 1000000 + steps.size();
    }

    static String run(int n) {
        Map<Long, Long> map = fill(n, 7919);
        long total = map.size();
        long key = 1;
        for (int i = 0; i < n; i++) {
            if (map.containsKey(key + 1)) total += 1;
            total += map.get(key) % 7;
            key = (key * 7919 + 12345) % 1000003;
        }
        for (Map.Entry<Long, Long> entry : map.entrySet()) {
            if (entry.getValue() % 3 == 0) total += entry.getKey() % 5;
        }
        key = 1;
        for (int i = 0; i < n; i++) {
            if (i % 2 == 0 && map.containsKey(key)) map.remove(key);
            key = (key * 7919 + 12345) % 1000003;
        }
        total += map.size();
        Map<Long, Long> squares = new HashMap<>();
        for (long i = 0; i < n; i++) squares.put(i, i * i % 1001);
        for (long i = 0; i < n; i++) squares.put(i, squares.get(i) + 1);
        for (long i = 0; i < n; i++) total += squares.get(i);
        return total + " " + collatz(n / 5);
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, Maps::run);
    }
}
