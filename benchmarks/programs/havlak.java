import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

final class Havlak {
    static final class Block {
        final int name;
        final List<Block> predecessors = new ArrayList<>();
        final List<Block> successors = new ArrayList<>();

        Block(int name) {
            this.name = name;
        }
    }

    static final class Graph {
        final List<Block> blocks = new ArrayList<>();

        Block block(int name) {
            while (blocks.size() <= name) blocks.add(new Block(blocks.size()));
            return blocks.get(name);
        }

        void connect(int from, int to) {
            Block first = block(from);
            Block second = block(to);
            first.successors.add(second);
            second.predecessors.add(first);
        }

        int diamond(int start) {
            connect(start, start + 1);
            connect(start, start + 2);
            connect(start + 1, start + 3);
            connect(start + 2, start + 3);
            return start + 3;
        }

        int straight(int start, int n) {
            for (int i = 0; i < n; i++) connect(start + i, start + i + 1);
            return start + n;
        }

        int loopNest(int start) {
            int header = straight(start, 1);
            int first = diamond(header);
            int inner = straight(first, 1);
            int second = diamond(inner);
            int bottom = straight(second, 1);
            connect(second, inner);
            connect(bottom, header);
            return straight(bottom, 1);
        }
    }

    static final class Loop {
        final Block header;
        final boolean reducible;
        final List<Block> blocks = new ArrayList<>();
        Loop parent = null;
        final List<Loop> children = new ArrayList<>();
        int depth = 0;

        Loop(Block header, boolean reducible) {
            this.header = header;
            this.reducible = reducible;
        }
    }

    static final class Node {
        Node parent = this;
        final Block block;
        Loop region = null;
        final int number;

        Node(Block block, int number) {
            this.block = block;
            this.number = number;
        }

        Node find() {
            List<Node> passed = new ArrayList<>();
            Node node = this;
            while (node.parent != node) {
                if (node.parent != node.parent.parent) passed.add(node);
                node = node.parent;
            }
            for (Node other : passed) other.parent = node.parent;
            return node;
        }
    }

    static boolean isAncestor(int w, int v, int[] last) {
        return w <= v && v <= last[w];
    }

    /** The order in which a search meets a graph's blocks. */
    static final class Numbering {
        final int[] numbers;
        final List<Node> nodes = new ArrayList<>();
        final int[] last;

        private static final class Visit {
            final Block block;
            int next = 0;

            Visit(Block block) {
                this.block = block;
            }
        }

        private final List<Visit> stack = new ArrayList<>();

        Numbering(Graph graph) {
            int count = graph.blocks.size();
            numbers = new int[count];
            Arrays.fill(numbers, -1);
            last = new int[count];
            enter(graph.blocks.get(0));
            while (!stack.isEmpty()) {
                Visit top = stack.get(stack.size() - 1);
                Block block = top.block;
                if (top.next < block.successors.size()) {
                    Block successor = block.successors.get(top.next);
                    top.next += 1;
                    if (numbers[successor.name] < 0) enter(successor);
                } else {
                    last[numbers[block.name]] = nodes.size() - 1;
                    stack.remove(stack.size() - 1);
                }
            }
        }

        private void enter(Block block) {
            numbers[block.name] = nodes.size();
            nodes.add(new Node(block, nodes.size()));
            stack.add(new Visit(block));
        }
    }

    static List<Loop> findLoops(Graph graph) {
        Numbering numbering = new Numbering(graph);
        int[] numbers = numbering.numbers;
        List<Node> nodes = numbering.nodes;
        int[] last = numbering.last;
        int n = nodes.size();
        List<List<Integer>> back = new ArrayList<>();
        List<Set<Integer>> others = new ArrayList<>();
        for (int w = 0; w < n; w++) {
            back.add(new ArrayList<>());
            others.add(new LinkedHashSet<>());
            for (Block block : nodes.get(w).block.predecessors) {
                int v = numbers[block.name];
                if (v >= 0) {
                    if (isAncestor(w, v, last)) back.get(w).add(v);
                    else others.get(w).add(v);
                }
            }
        }
        List<Loop> loops = new ArrayList<>();
        for (int w = n - 1; w >= 0; w--) {
            List<Node> pool = new ArrayList<>();
            boolean itself = false;
            boolean reducible = true;
            for (int v : back.get(w)) {
                if (v == w) itself = true;
                else pool.add(nodes.get(v).find());
            }
            for (int next = 0; next < pool.size(); next++) {
                for (int y : others.get(pool.get(next).number)) {
                    Node node = nodes.get(y).find();
                    if (!isAncestor(w, node.number, last)) {
                        reducible = false;
                        others.get(w).add(node.number);
                    } else if (node.number != w && !pool.contains(node)) {
                        pool.add(node);
                    }
                }
            }
            if (!pool.isEmpty() || itself) {
                Loop region = new Loop(nodes.get(w).block, reducible);
                nodes.get(w).region = region;
                for (Node node : pool) {
                    node.parent = nodes.get(w);
                    if (node.region != null) {
                        node.region.parent = region;
                        region.children.add(node.region);
                    } else {
                        region.blocks.add(node.block);
                    }
                }
                loops.add(region);
            }
        }
        return loops;
    }

    static void setDepth(Loop region, int depth) {
        region.depth = depth;
        for (Loop child : region.children) setDepth(child, depth + 1);
    }

    static Graph build() {
        Graph graph = new Graph();
        int n = graph.loopNest(0);
        graph.connect(n, n + 1);
        int entry = n + 1;
        n = entry;
        for (int i = 0; i < 4; i++) {
            int tree = n + 1;
            graph.connect(entry, tree);
            n = tree;
            for (int j = 0; j < 5; j++) {
                int top = n;
                n = graph.straight(n, 1);
                for (int k = 0; k < 5; k++) n = graph.loopNest(n);
                int bottom = graph.straight(n, 1);
                graph.connect(n, top);
                n = bottom;
            }
        }
        return graph;
    }

    static String run(int rounds) {
        Graph graph = build();
        String result = "";
        for (int round = 0; round < rounds; round++) {
            List<Loop> loops = findLoops(graph);
            for (Loop region : loops) {
                if (region.parent == null) setDepth(region, 1);
            }
            int depths = 0;
            int blocks = 0;
            for (Loop region : loops) {
                depths += region.depth;
                blocks += region.blocks.size();
            }
            result = graph.blocks.size() + " " + loops.size() + " " + depths + " " + blocks;
        }
        return result;
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, Havlak::run);
    }
}
