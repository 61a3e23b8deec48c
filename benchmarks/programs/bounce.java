import java.io.IOException;

final class Bounce {
    static final class Random {
        private int seed;

        Random(int seed) {
            this.seed = seed;
        }

        int next() {
            seed = (seed * 1309 + 13849) % 65536;
            return seed;
        }
    }

    static final class Ball {
        private int x, y, dx, dy;

        Ball(Random random) {
            x = random.next() % 500;
            y = random.next() % 500;
            dx = random.next() % 300 - 150;
            dy = random.next() % 300 - 150;
        }

        boolean bounce() {
            boolean met = false;
            x += dx;
            y += dy;
            if (x > 500) { x = 500; dx = -Math.abs(dx); met = true; }
            if (x < 0) { x = 0; dx = Math.abs(dx); met = true; }
            if (y > 500) { y = 500; dy = -Math.abs(dy); met = true; }
            if (y < 0) { y = 0; dy = Math.abs(dy); met = true; }
            return met;
        }
    }

    static int run(int rounds) {
        Random random = new Random(74755);
        Ball[] balls = new Ball[100];
        for (int i = 0; i < balls.length; i++) balls[i] = new Ball(random);
        int bounces = 0;
        for (int round = 0; round < rounds; round++) {
            for (Ball ball : balls) {
                if (ball.bounce()) bounces += 1;
            }
        }
        return bounces;
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, Bounce::run);
    }
}
