import java.io.IOException;

final class Richards {
    static final int IDLE = 0;
    static final int WORKER = 1;
    static final int HANDLER_A = 2;
    static final int HANDLER_B = 3;
    static final int DEVICE_A = 4;
    static final int DEVICE_B = 5;

    static final int DEVICE_PACKET = 0;
    static final int WORK_PACKET = 1;

    static final class Packet {
        Packet link;
        int identity;
        final int kind;
        int datum = 0;
        final int[] data = new int[4];

        Packet(Packet link, int identity, int kind) {
            this.link = link;
            this.identity = identity;
            this.kind = kind;
        }
    }

    static Packet append(Packet packet, Packet queue) {
        packet.link = null;
        if (queue == null) return packet;
        Packet last = queue;
        while (last.link != null) last = last.link;
        last.link = packet;
        return queue;
    }

    interface Work {
        Control step(Scheduler scheduler, Packet arrived);
    }

    static final class Control {
        final Control link;
        final int identity;
        final int priority;
        Packet queue;
        final Work work;
        boolean hasPacket;
        boolean waiting;
        boolean held = false;

        Control(Control link, int identity, int priority, Packet queue, Work work, boolean waiting) {
            this.link = link;
            this.identity = identity;
            this.priority = priority;
            this.queue = queue;
            this.work = work;
            this.hasPacket = queue != null;
            this.waiting = waiting;
        }

        boolean isStopped() {
            return held || (!hasPacket && waiting);
        }

        Control resume(Scheduler scheduler) {
            Packet arrived = null;
            if (waiting && hasPacket) {
                arrived = queue;
                queue = arrived.link;
                waiting = false;
                hasPacket = queue != null;
            }
            return work.step(scheduler, arrived);
        }

        Control accept(Packet packet, Control current) {
            if (queue == null) {
                queue = packet;
                hasPacket = true;
                if (priority > current.priority) return this;
            } else {
                queue = append(packet, queue);
            }
            return current;
        }
    }

    static final class Scheduler {
        final Control[] tasks = new Control[6];
        Control first = null;
        Control current = null;
        int identity = 0;
        int queued = 0;
        int holds = 0;

        void add(int identity, int priority, Packet queue, Work work, boolean waiting) {
            first = new Control(first, identity, priority, queue, work, waiting);
            tasks[identity] = first;
        }

        void schedule() {
            current = first;
            while (current != null) {
                if (current.isStopped()) {
                    current = current.link;
                } else {
                    identity = current.identity;
                    current = current.resume(this);
                }
            }
        }

        Control await() {
            current.waiting = true;
            return current;
        }

        Control hold() {
            holds += 1;
            current.held = true;
            return current.link;
        }

        Control release(int identity) {
            Control task = tasks[identity];
            task.held = false;
            return task.priority > current.priority ? task : current;
        }

        Control submit(Packet packet) {
            Control task = tasks[packet.identity];
            queued += 1;
            packet.link = null;
            packet.identity = identity;
            return task.accept(packet, current);
        }
    }

    static final class Idle implements Work {
        private int control = 1;
        private int count = 10000;

        public Control step(Scheduler scheduler, Packet arrived) {
            count -= 1;
            if (count == 0) return scheduler.hold();
            boolean odd = control % 2 == 1;
            control = control >> 1;
            if (!odd) return scheduler.release(DEVICE_A);
            control = control ^ 0xd008;
            return scheduler.release(DEVICE_B);
        }
    }

    static final class Worker implements Work {
        private int target = HANDLER_A;
        private int letter = 0;

        public Control step(Scheduler scheduler, Packet arrived) {
            if (arrived == null) return scheduler.await();
            target = target == HANDLER_A ? HANDLER_B : HANDLER_A;
            arrived.identity = target;
            arrived.datum = 0;
            for (int i = 0; i < 4; i++) {
                letter = letter % 26 + 1;
                arrived.data[i] = letter;
            }
            return scheduler.submit(arrived);
        }
    }

    static final class Handler implements Work {
        private Packet work = null;
        private Packet free = null;

        public Control step(Scheduler scheduler, Packet arrived) {
            if (arrived != null) {
                if (arrived.kind == WORK_PACKET) work = append(arrived, work);
                else free = append(arrived, free);
            }
            if (work != null) {
                Packet working = work;
                int done = working.datum;
                if (done == 4) {
                    work = working.link;
                    return scheduler.submit(working);
                }
                if (free != null) {
                    Packet freed = free;
                    free = freed.link;
                    freed.datum = working.data[done];
                    working.datum = done + 1;
                    return scheduler.submit(freed);
                }
            }
            return scheduler.await();
        }
    }

    static final class Device implements Work {
        private Packet pending = null;

        public Control step(Scheduler scheduler, Packet arrived) {
            if (arrived == null) {
                if (pending == null) return scheduler.await();
                Packet sent = pending;
                pending = null;
                return scheduler.submit(sent);
            }
            pending = arrived;
            return scheduler.hold();
        }
    }

    static Scheduler simulate() {
        Scheduler scheduler = new Scheduler();
        scheduler.add(IDLE, 0, null, new Idle(), false);
        Packet queue = new Packet(null, WORKER, WORK_PACKET);
        queue = new Packet(queue, WORKER, WORK_PACKET);
        scheduler.add(WORKER, 1000, queue, new Worker(), true);
        queue = null;
        for (int i = 0; i < 3; i++) queue = new Packet(queue, DEVICE_A, DEVICE_PACKET);
        scheduler.add(HANDLER_A, 2000, queue, new Handler(), true);
        queue = null;
        for (int i = 0; i < 3; i++) queue = new Packet(queue, DEVICE_B, DEVICE_PACKET);
        scheduler.add(HANDLER_B, 3000, queue, new Handler(), true);
        scheduler.add(DEVICE_A, 4000, null, new Device(), true);
        scheduler.add(DEVICE_B, 5000, null, new Device(), true);
        scheduler.schedule();
        return scheduler;
    }

    static String run(int rounds) {
        int queued = 0;
        int holds = 0;
        for (int round = 0; round < rounds; round++) {
            Scheduler scheduler = simulate();
            queued += scheduler.queued;
            holds += scheduler.holds;
        }
        return queued / rounds + " " + holds / rounds;
    }

    public static void main(String[] arguments) throws IOException {
        Harness.serve(arguments, Richards::run);
    }
}
