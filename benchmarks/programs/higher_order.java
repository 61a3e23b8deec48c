import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongBinaryOperator;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;

final class HigherOrder {
    static LongUnaryOperator compose(LongUnaryOperator f, LongUnaryOperator g) {
        return x -> g.applyAsLong(f.applyAsLong(x));
    }

    static LongUnaryOperator memoize(LongUnaryOperator f) {
        Map<Long, Long> known = new HashMap<>();
        return x -> {
            Long found = known.get(x);
            if (found != null) return found;
            long y = f.applyAsLong(x);
            known.put(x, y);
            return y;
        };
    }

    static LongSupplier counter(long start) {
        long[] n = {start};
        return () -> {
            n[0] += 1;
            return n[0];
        };
    }

    static LongSupplier filtered(LongSupplier stream, LongPredicate keep) {
        return () -> {
            for (;;) {
                long x = stream.getAsLong();
                if (keep.test(x)) return x;
            }
        };
    }

    static LongSupplier mapped(LongSupplier stream, LongUnaryOperator f) {
        return () -> f.applyAsLong(stream.getAsLong());
    }

    static long fold(LongSupplier stream, int n, long init, LongBinaryOperator f) {
        long result = init;
        for (int i = 0; i < n; i++) result = f.applyAsLong(result, stream.getAsLong());
        return result;
    }

    static <T> UnaryOperator<UnaryOperator<T>> church(int n) {
        return f -> x -> {
            T y = x;
            for (int i = 0; i < n; i++) y = f.apply(y);
            return y;
        };
    }

    static long run(int rounds) {
        long total = 0;
        for (int round = 0; round < rounds; round++) {
            List<LongUnaryOperator> steps = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                int added = i;
                steps.add(x -> (x * 3 + added) % 1009);
            }
            LongUnaryOperator all = x -> x;
            for (LongUnaryOperator step : steps) all = compose(all, step);
            LongUnaryOperator remembered = memoize(all);
            for (int i = 0; i < 30; i++) total += remembered.applyAsLong(i % 15);
            LongSupplier odd = filtered(counter(round), x -> x % 2 == 1);
            LongSupplier squares = mapped(odd, x -> x * x % 1013);
            total += fold(squares, 30, 0, (a, b) -> a + b);
            UnaryOperator<UnaryOperator<Long>> three = church(3);
            UnaryOperator<UnaryOperator<Long>> eight = church(8);
            total += eight.apply(three.apply(x -> x + 2)).apply((long) round);
            long[] heard = {0};
            List<LongConsumer> listeners = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                int factor = i;
                listeners.add(event -> heard[0] += event * factor);
            }
            for (int event = 0; event < 5; event++) {
                for (LongConsumer listener : listeners) listener.accept(event);
            }
            total += heard[0];
        }
        return total;
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, HigherOrder::run);
    }
}
