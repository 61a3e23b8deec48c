import java.io.IOException;

final class Towers {
    static final class Disk {
        final int size;
        Disk next;

        Disk(int size) {
            this.size = size;
        }
    }

    final Disk[] piles = new Disk[3];
    int moved = 0;

    void push(int pile, Disk disk) {
        Disk top = piles[pile];
        if (top != null && disk.size >= top.size) {
            throw new IllegalStateException("a big disk on a small one");
        }
        disk.next = top;
        piles[pile] = disk;
    }

    Disk pop(int pile) {
        Disk top = piles[pile];
        piles[pile] = top.next;
        top.next = null;
        return top;
    }

    void moveDisks(int disks, int from, int to) {
        if (disks == 1) {
            push(to, pop(from));
            moved += 1;
            return;
        }
        int other = 3 - from - to;
        moveDisks(disks - 1, from, other);
        push(to, pop(from));
        moved += 1;
        moveDisks(disks - 1, other, to);
    }

    static int run(int disks) {
        Towers towers = new Towers();
        for (int size = disks; size > 0; size--) towers.push(0, new Disk(size));
        towers.moveDisks(disks, 0, 1);
        return towers.moved;
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, Towers::run);
    }
}
