import java.io.IOException;

final class LinkedList {
    static final class Node {
        final int value;
        final Node next;

        Node(int value, Node next) {
            this.value = value;
            this.next = next;
        }
    }

    static Node build(int n) {
        Node head = null;
        for (int i = n; i > 0; i--) head = new Node(i, head);
        return head;
    }

    static Node reverse(Node list) {
        Node out = null;
        while (list != null) {
            out = new Node(list.value, out);
            list = list.next;
        }
        return out;
    }

    static long sum(Node list) {
        long total = 0;
        while (list != null) {
            total += list.value;
            list = list.next;
        }
        return total;
    }

    static long run(int n) {
        long total = 0;
        for (int round = 0; round < n; round++) {
            Node list = reverse(build(1000));
            total += sum(list) + list.value + round % 3;
        }
        return total;
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, LinkedList::run);
    }
}
