const { serve } = require("./harness");

const LOW = 0.0;
const HIGH = 1000.0;
const VOXEL = 2.0;
const RADIUS = 1.0;

class Vector {
  constructor(x, y, z) {
    this.x = x;
    this.y = y;
    this.z = z;
  }

  plus(o) { return new Vector(this.x + o.x, this.y + o.y, this.z + o.z); }
  minus(o) { return new Vector(this.x - o.x, this.y - o.y, this.z - o.z); }
  times(k) { return new Vector(this.x * k, this.y * k, this.z * k); }
  dot(o) { return this.x * o.x + this.y * o.y + this.z * o.z; }
}

function intersection(a, b) {
  const fromA = a.from;
  const fromB = b.from;
  const wayA = a.to.minus(fromA);
  const wayB = b.to.minus(fromB);
  const apart = fromA.minus(fromB);
  const closing = wayA.minus(wayB);
  const square = closing.dot(closing);
  if (square === 0.0) {
    if (Math.sqrt(apart.dot(apart)) <= RADIUS) return fromA.plus(fromB).times(0.5);
    return null;
  }
  const half = 2.0 * apart.dot(closing);
  const rest = apart.dot(apart) - RADIUS * RADIUS;
  const discriminant = half * half - 4.0 * square * rest;
  if (discriminant < 0.0) return null;
  const root = Math.sqrt(discriminant);
  const first = (-half - root) / (2.0 * square);
  const last = (-half + root) / (2.0 * square);
  if (first <= 1.0 && 0.0 <= last) {
    const at = first <= 0.0 ? 0.0 : first;
    const middle = fromA.plus(wayA.times(at)).plus(fromB.plus(wayB.times(at))).times(0.5);
    if (middle.x >= LOW && middle.x <= HIGH && middle.y >= LOW && middle.y <= HIGH
      && middle.z >= LOW && middle.z <= HIGH) return middle;
  }
  return null;
}

function span(voxel, at, way) {
  if (way === 0.0) return [2.0, 3.0];
  const low = (voxel - RADIUS / 2.0 - at) / way;
  const high = (voxel + VOXEL + RADIUS / 2.0 - at) / way;
  return way < 0.0 ? [high, low] : [low, high];
}

function meets(voxel, at, way, low, high) {
  const r = RADIUS / 2.0;
  return (way === 0.0 && voxel <= at + r && at - r <= voxel + VOXEL)
    || (low <= 1.0 && 1.0 <= high) || (low <= 0.0 && 0.0 <= high) || (0.0 <= low && high <= 1.0);
}

function isInVoxel(x, y, motion) {
  if (x > HIGH || x < LOW || y > HIGH || y < LOW) return false;
  const from = motion.from;
  const wayX = motion.to.x - from.x;
  const wayY = motion.to.y - from.y;
  const [lowX, highX] = span(x, from.x, wayX);
  const [lowY, highY] = span(y, from.y, wayY);
  return meets(x, from.x, wayX, lowX, highX) && meets(y, from.y, wayY, lowY, highY)
    && (wayX === 0.0 || wayY === 0.0 || (lowY <= highX && highX <= highY)
      || (lowY <= lowX && lowX <= highY) || (lowX <= lowY && highY <= highX));
}

function draw(voxels, seen, i, j, motion) {
  const key = i * 10000 + j;
  if (seen.has(key) || !isInVoxel(i * VOXEL, j * VOXEL, motion)) return;
  seen.set(key, true);
  const near = voxels.get(key);
  if (near) near.push(motion);
  else voxels.set(key, [motion]);
  for (let di = -1; di < 2; di++) {
    for (let dj = -1; dj < 2; dj++) {
      if (di !== 0 || dj !== 0) draw(voxels, seen, i + di, j + dj, motion);
    }
  }
}

function collisions(motions) {
  const voxels = new Map();
  for (const motion of motions) {
    const i = Math.trunc(motion.from.x / VOXEL);
    const j = Math.trunc(motion.from.y / VOXEL);
    draw(voxels, new Map(), i, j, motion);
  }
  let count = 0;
  for (const near of voxels.values()) {
    for (let i = 0; i < near.length; i++) {
      for (let j = i + 1; j < near.length; j++) {
        if (intersection(near[i], near[j]) !== null) count += 1;
      }
    }
  }
  return count;
}

function position(sign, time) {
  const swing = sign % 2 === 0 ? Math.cos(time) : Math.sin(time);
  return new Vector(time, swing * 2.0 + (sign - sign % 2) * 3.0, 10.0);
}

function run(frames) {
  const aircraft = 60;
  const last = new Map();
  let count = 0;
  for (let frame = 0; frame < frames; frame++) {
    const time = frame / 10.0;
    const motions = [];
    for (let sign = 0; sign < aircraft; sign++) {
      const to = position(sign, time);
      motions.push({ sign, from: last.get(sign) ?? to, to });
      last.set(sign, to);
    }
    count += collisions(motions);
  }
  return count;
}

serve(run);
