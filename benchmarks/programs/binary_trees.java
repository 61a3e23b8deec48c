import java.io.IOException;

final class BinaryTrees {
    static final class Tree {
        final Tree left;
        final Tree right;

        Tree(Tree left, Tree right) {
            this.left = left;
            this.right = right;
        }
    }

    static Tree build(int depth) {
        if (depth == 0) return new Tree(null, null);
        return new Tree(build(depth - 1), build(depth - 1));
    }

    static int nodes(Tree tree) {
        return tree.left == null ? 1 : 1 + nodes(tree.left) + nodes(tree.right);
    }

    static long run(int depth) {
        long total = nodes(build(depth + 1));
        Tree longLived = build(depth);
        for (int d = 4; d <= depth; d += 4) {
            for (int i = 1 << (depth - d + 4); i > 0; i--) total += nodes(build(d));
        }
        return total + nodes(longLived);
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, BinaryTrees::run);
    }
}
