import java.io.IOException;

final class StructMethods {
    interface Account {
        void deposit(long amount);
        long total();
    }

    static final class Checking implements Account {
        private long balance;
        private final long fee;

        Checking(long balance, long fee) {
            this.balance = balance;
            this.fee = fee;
        }

        public void deposit(long amount) {
            balance += amount - fee;
        }

        public long total() {
            return balance;
        }
    }

    static final class Savings implements Account {
        private long balance;
        private final long rate;

        Savings(long balance, long rate) {
            this.balance = balance;
            this.rate = rate;
        }

        public void deposit(long amount) {
            balance += amount + bonus(amount);
        }

        private long bonus(long amount) {
            return amount * rate % 10;
        }

        public long total() {
            return balance;
        }
    }

    static long run(int turns) {
        Account[] accounts = {
            new Checking(0, 1), new Savings(0, 3), new Checking(100, 2), new Savings(100, 7),
        };
        for (int turn = 0; turn < turns; turn++) {
            for (Account account : accounts) account.deposit(turn % 16);
        }
        long total = 0;
        for (Account account : accounts) total += account.total();
        return total;
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, StructMethods::run);
    }
}
