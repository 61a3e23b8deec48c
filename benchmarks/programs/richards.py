from harness import serve

IDLE = 0
WORKER = 1
HANDLER_A = 2
HANDLER_B = 3
DEVICE_A = 4
DEVICE_B = 5

DEVICE_PACKET = 0
WORK_PACKET = 1


class Packet:
    def __init__(self, link, identity, kind):
        self.link = link
        self.identity = identity
        self.kind = kind
        self.datum = 0
        self.data = [0] * 4


def append(packet, queue):
    packet.link = None
    if queue is None:
        return packet
    last = queue
    while last.link is not None:
        last = last.link
    last.link = packet
    return queue


class Control:
    def __init__(self, link, identity, priority, queue, work, waiting):
        self.link = link
        self.identity = identity
        self.priority = priority
        self.queue = queue
        self.work = work
        self.has_packet = queue is not None
        self.waiting = waiting
        self.held = False

    def is_stopped(self):
        return self.held or (not self.has_packet and self.waiting)

    def resume(self, scheduler):
        arrived = None
        if self.waiting and self.has_packet:
            arrived = self.queue
            self.queue = arrived.link
            self.waiting = False
            self.has_packet = self.queue is not None
        return self.work.step(scheduler, arrived)

    def accept(self, packet, current):
        if self.queue is None:
            self.queue = packet
            self.has_packet = True
            if self.priority > current.priority:
                return self
        else:
            self.queue = append(packet, self.queue)
        return current


class Scheduler:
    def __init__(self):
        self.tasks = [None] * 6
        self.first = None
        self.current = None
        self.identity = 0
        self.queued = 0
        self.holds = 0

    def add(self, identity, priority, queue, work, waiting):
        self.first = Control(self.first, identity, priority, queue, work, waiting)
        self.tasks[identity] = self.first

    def schedule(self):
        self.current = self.first
        while self.current is not None:
            if self.current.is_stopped():
                self.current = self.current.link
            else:
                self.identity = self.current.identity
                self.current = self.current.resume(self)

    def wait(self):
        self.current.waiting = True
        return self.current

    def hold(self):
        self.holds += 1
        self.current.held = True
        return self.current.link

    def release(self, identity):
        task = self.tasks[identity]
        task.held = False
        return task if task.priority > self.current.priority else self.current

    def submit(self, packet):
        task = self.tasks[packet.identity]
        self.queued += 1
        packet.link = None
        packet.identity = self.identity
        return task.accept(packet, self.current)


class Idle:
    def __init__(self):
        self.control = 1
        self.count = 10000

    def step(self, scheduler, arrived):
        self.count -= 1
        if self.count == 0:
            return scheduler.hold()
        odd = self.control % 2 == 1
        self.control = self.control // 2
        if not odd:
            return scheduler.release(DEVICE_A)
        self.control = self.control ^ 0xD008
        return scheduler.release(DEVICE_B)


class Worker:
    def __init__(self):
        self.target = HANDLER_A
        self.letter = 0

    def step(self, scheduler, arrived):
        if arrived is None:
            return scheduler.wait()
        self.target = HANDLER_B if self.target == HANDLER_A else HANDLER_A
        arrived.identity = self.target
        arrived.datum = 0
        for i in range(4):
            self.letter = self.letter % 26 + 1
            arrived.data[i] = self.letter
        return scheduler.submit(arrived)


class Handler:
    def __init__(self):
        self.work = None
        self.free = None

    def step(self, scheduler, arrived):
        if arrived is not None:
            if arrived.kind == WORK_PACKET:
                self.work = append(arrived, self.work)
            else:
                self.free = append(arrived, self.free)
        if self.work is not None:
            work = self.work
            done = work.datum
            if done == 4:
                self.work = work.link
                return scheduler.submit(work)
            if self.free is not None:
                free = self.free
                self.free = free.link
                free.datum = work.data[done]
                work.datum = done + 1
                return scheduler.submit(free)
        return scheduler.wait()


class Device:
    def __init__(self):
        self.pending = None

    def step(self, scheduler, arrived):
        if arrived is None:
            if self.pending is None:
                return scheduler.wait()
            pending = self.pending
            self.pending = None
            return scheduler.submit(pending)
        self.pending = arrived
        return scheduler.hold()


def simulate():
    scheduler = Scheduler()
    scheduler.add(IDLE, 0, None, Idle(), False)
    queue = Packet(None, WORKER, WORK_PACKET)
    queue = Packet(queue, WORKER, WORK_PACKET)
    scheduler.add(WORKER, 1000, queue, Worker(), True)
    queue = None
    for _ in range(3):
        queue = Packet(queue, DEVICE_A, DEVICE_PACKET)
    scheduler.add(HANDLER_A, 2000, queue, Handler(), True)
    queue = None
    for _ in range(3):
        queue = Packet(queue, DEVICE_B, DEVICE_PACKET)
    scheduler.add(HANDLER_B, 3000, queue, Handler(), True)
    scheduler.add(DEVICE_A, 4000, None, Device(), True)
    scheduler.add(DEVICE_B, 5000, None, Device(), True)
    scheduler.schedule()
    return scheduler


def run(rounds):
    queued = 0
    holds = 0
    for _ in range(rounds):
        scheduler = simulate()
        queued += scheduler.queued
        holds += scheduler.holds
    return f"{queued // rounds} {holds // rounds}"


serve(run)
