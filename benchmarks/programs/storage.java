import java.io.IOException;

final class Storage {
    int seed = 74755;
    int count = 0;

    int random() {
        seed = (seed * 1309 + 13849) % 65536;
        return seed;
    }

    Object[] build(int depth) {
        count += 1;
        if (depth == 1) return new Object[random() % 10 + 1];
        Object[] children = new Object[4];
        for (int i = 0; i < 4; i++) children[i] = build(depth - 1);
        return children;
    }

    static int run(int rounds) {
        int count = 0;
        for (int round = 0; round < rounds; round++) {
            Storage storage = new Storage();
            storage.build(7);
            count += storage.count + storage.seed % 2;
        }
        return count;
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, Storage::run);
    }
}
