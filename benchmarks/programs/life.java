import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

final class Life {
    record Cell(int x, int y) {}

    static Set<Cell> step(Set<Cell> alive) {
        Map<Cell, Integer> neighbours = new HashMap<>();
        for (Cell cell : alive) {
            for (int dx = -1; dx < 2; dx++) {
                for (int dy = -1; dy < 2; dy++) {
                    if (dx != 0 || dy != 0) {
                        neighbours.merge(new Cell(cell.x + dx, cell.y + dy), 1, Integer::sum);
                    }
                }
            }
        }
        Set<Cell> next = new HashSet<>();
        for (Map.Entry<Cell, Integer> entry : neighbours.entrySet()) {
            int count = entry.getValue();
            if (count == 3 || (count == 2 && alive.contains(entry.getKey()))) {
                next.add(entry.getKey());
            }
        }
        return next;
    }

    static String run(int generations) {
        Set<Cell> alive = new HashSet<>(List.of(
            new Cell(1, 0), new Cell(2, 0), new Cell(0, 1), new Cell(1, 1), new Cell(1, 2)));
        for (int i = 0; i < generations; i++) alive = step(alive);
        long sum = 0;
        for (Cell cell : alive) sum += (long) cell.x * cell.x + (long) cell.y * cell.y;
        return alive.size() + " " + sum;
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, Life::run);
    }
}
