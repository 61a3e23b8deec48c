const { serve } = require("./harness");

const IDLE = 0;
const WORKER = 1;
const HANDLER_A = 2;
const HANDLER_B = 3;
const DEVICE_A = 4;
const DEVICE_B = 5;

const DEVICE_PACKET = 0;
const WORK_PACKET = 1;

class Packet {
  constructor(link, identity, kind) {
    this.link = link;
    this.identity = identity;
    this.kind = kind;
    this.datum = 0;
    this.data = [0, 0, 0, 0];
  }
}

function append(packet, queue) {
  packet.link = null;
  if (queue === null) return packet;
  let last = queue;
  while (last.link !== null) last = last.link;
  last.link = packet;
  return queue;
}

class Control {
  constructor(link, identity, priority, queue, work, waiting) {
    this.link = link;
    this.identity = identity;
    this.priority = priority;
    this.queue = queue;
    this.work = work;
    this.hasPacket = queue !== null;
    this.waiting = waiting;
    this.held = false;
  }

  isStopped() { return this.held || (!this.hasPacket && this.waiting); }

  resume(scheduler) {
    let arrived = null;
    if (this.waiting && this.hasPacket) {
      arrived = this.queue;
      this.queue = arrived.link;
      this.waiting = false;
      this.hasPacket = this.queue !== null;
    }
    return this.work.step(scheduler, arrived);
  }

  accept(packet, current) {
    if (this.queue === null) {
      this.queue = packet;
      this.hasPacket = true;
      if (this.priority > current.priority) return this;
    } else {
      this.queue = append(packet, this.queue);
    }
    return current;
  }
}

class Scheduler {
  constructor() {
    this.tasks = new Array(6).fill(null);
    this.first = null;
    this.current = null;
    this.identity = 0;
    this.queued = 0;
    this.holds = 0;
  }

  add(identity, priority, queue, work, waiting) {
    this.first = new Control(this.first, identity, priority, queue, work, waiting);
    this.tasks[identity] = this.first;
  }

  schedule() {
    this.current = this.first;
    while (this.current !== null) {
      if (this.current.isStopped()) {
        this.current = this.current.link;
      } else {
        this.identity = this.current.identity;
        this.current = this.current.resume(this);
      }
    }
  }

  wait() {
    this.current.waiting = true;
    return this.current;
  }

  hold() {
    this.holds += 1;
    this.current.held = true;
    return this.current.link;
  }

  release(identity) {
    const task = this.tasks[identity];
    task.held = false;
    return task.priority > this.current.priority ? task : this.current;
  }

  submit(packet) {
    const task = this.tasks[packet.identity];
    this.queued += 1;
    packet.link = null;
    packet.identity = this.identity;
    return task.accept(packet, this.current);
  }
}

class Idle {
  constructor() {
    this.control = 1;
    this.count = 10000;
  }

  step(scheduler, arrived) {
    this.count -= 1;
    if (this.count === 0) return scheduler.hold();
    const odd = this.control % 2 === 1;
    this.control = this.control >> 1;
    if (!odd) return scheduler.release(DEVICE_A);
    this.control = this.control ^ 0xd008;
    return scheduler.release(DEVICE_B);
  }
}

class Worker {
  constructor() {
    this.target = HANDLER_A;
    this.letter = 0;
  }

  step(scheduler, arrived) {
    if (arrived === null) return scheduler.wait();
    this.target = this.target === HANDLER_A ? HANDLER_B : HANDLER_A;
    arrived.identity = this.target;
    arrived.datum = 0;
    for (let i = 0; i < 4; i++) {
      this.letter = this.letter % 26 + 1;
      arrived.data[i] = this.letter;
    }
    return scheduler.submit(arrived);
  }
}

class Handler {
  constructor() {
    this.work = null;
    this.free = null;
  }

  step(scheduler, arrived) {
    if (arrived !== null) {
      if (arrived.kind === WORK_PACKET) this.work = append(arrived, this.work);
      else this.free = append(arrived, this.free);
    }
    if (this.work !== null) {
      const work = this.work;
      const done = work.datum;
      if (done === 4) {
        this.work = work.link;
        return scheduler.submit(work);
      }
      if (this.free !== null) {
        const free = this.free;
        this.free = free.link;
        free.datum = work.data[done];
        work.datum = done + 1;
        return scheduler.submit(free);
      }
    }
    return scheduler.wait();
  }
}

class Device {
  constructor() { this.pending = null; }

  step(scheduler, arrived) {
    if (arrived === null) {
      if (this.pending === null) return scheduler.wait();
      const pending = this.pending;
      this.pending = null;
      return scheduler.submit(pending);
    }
    this.pending = arrived;
    return scheduler.hold();
  }
}

function simulate() {
  const scheduler = new Scheduler();
  scheduler.add(IDLE, 0, null, new Idle(), false);
  let queue = new Packet(null, WORKER, WORK_PACKET);
  queue = new Packet(queue, WORKER, WORK_PACKET);
  scheduler.add(WORKER, 1000, queue, new Worker(), true);
  queue = null;
  for (let i = 0; i < 3; i++) queue = new Packet(queue, DEVICE_A, DEVICE_PACKET);
  scheduler.add(HANDLER_A, 2000, queue, new Handler(), true);
  queue = null;
  for (let i = 0; i < 3; i++) queue = new Packet(queue, DEVICE_B, DEVICE_PACKET);
  scheduler.add(HANDLER_B, 3000, queue, new Handler(), true);
  scheduler.add(DEVICE_A, 4000, null, new Device(), true);
  scheduler.add(DEVICE_B, 5000, null, new Device(), true);
  scheduler.schedule();
  return scheduler;
}

function run(rounds) {
  let queued = 0;
  let holds = 0;
  for (let round = 0; round < rounds; round++) {
    const scheduler = simulate();
    queued += scheduler.queued;
    holds += scheduler.holds;
  }
  return `${queued / rounds} ${holds / rounds}`;
}

serve(run);
