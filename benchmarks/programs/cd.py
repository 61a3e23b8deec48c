import math

from harness import serve

LOW = 0.0
HIGH = 1000.0
VOXEL = 2.0
RADIUS = 1.0


class Vector:
    __slots__ = ("x", "y", "z")

    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def plus(self, o):
        return Vector(self.x + o.x, self.y + o.y, self.z + o.z)

    def minus(self, o):
        return Vector(self.x - o.x, self.y - o.y, self.z - o.z)

    def times(self, k):
        return Vector(self.x * k, self.y * k, self.z * k)

    def dot(self, o):
        return self.x * o.x + self.y * o.y + self.z * o.z


class Motion:
    __slots__ = ("end", "sign", "start")

    def __init__(self, sign, start, end):
        self.sign = sign
        self.start = start
        self.end = end


def intersection(a, b):
    from_a = a.start
    from_b = b.start
    way_a = a.end.minus(from_a)
    way_b = b.end.minus(from_b)
    apart = from_a.minus(from_b)
    closing = way_a.minus(way_b)
    square = closing.dot(closing)
    if square == 0.0:
        if math.sqrt(apart.dot(apart)) <= RADIUS:
            return from_a.plus(from_b).times(0.5)
        return None
    half = 2.0 * apart.dot(closing)
    rest = apart.dot(apart) - RADIUS * RADIUS
    discriminant = half * half - 4.0 * square * rest
    if discriminant < 0.0:
        return None
    root = math.sqrt(discriminant)
    first = (-half - root) / (2.0 * square)
    last = (-half + root) / (2.0 * square)
    if first <= 1.0 and last >= 0.0:
        at = max(0.0, first)
        middle = from_a.plus(way_a.times(at)).plus(from_b.plus(way_b.times(at))).times(0.5)
        if (
            middle.x >= LOW
            and middle.x <= HIGH
            and middle.y >= LOW
            and middle.y <= HIGH
            and middle.z >= LOW
            and middle.z <= HIGH
        ):
            return middle
    return None


def span(voxel, at, way):
    if way == 0.0:
        return 2.0, 3.0
    low = (voxel - RADIUS / 2.0 - at) / way
    high = (voxel + VOXEL + RADIUS / 2.0 - at) / way
    return (high, low) if way < 0.0 else (low, high)


def meets(voxel, at, way, low, high):
    r = RADIUS / 2.0
    return (
        (way == 0.0 and voxel <= at + r and at - r <= voxel + VOXEL)
        or (low <= 1.0 and high >= 1.0)
        or (low <= 0.0 and high >= 0.0)
        or (low >= 0.0 and high <= 1.0)
    )


def is_in_voxel(x, y, motion):
    if x > HIGH or x < LOW or y > HIGH or y < LOW:
        return False
    start = motion.start
    way_x = motion.end.x - start.x
    way_y = motion.end.y - start.y
    low_x, high_x = span(x, start.x, way_x)
    low_y, high_y = span(y, start.y, way_y)
    return (
        meets(x, start.x, way_x, low_x, high_x)
        and meets(y, start.y, way_y, low_y, high_y)
        and (
            way_x == 0.0
            or way_y == 0.0
            or (low_y <= high_x and high_x <= high_y)
            or (low_y <= low_x and low_x <= high_y)
            or (low_x <= low_y and high_y <= high_x)
        )
    )


def draw(voxels, seen, i, j, motion):
    key = i * 10000 + j
    if key in seen or not is_in_voxel(i * VOXEL, j * VOXEL, motion):
        return
    seen[key] = True
    if key in voxels:
        voxels[key].append(motion)
    else:
        voxels[key] = [motion]
    for di in range(-1, 2):
        for dj in range(-1, 2):
            if di != 0 or dj != 0:
                draw(voxels, seen, i + di, j + dj, motion)


def collisions(motions):
    voxels = {}
    for motion in motions:
        i = int(motion.start.x / VOXEL)
        j = int(motion.start.y / VOXEL)
        draw(voxels, {}, i, j, motion)
    count = 0
    for near in voxels.values():
        for i in range(len(near)):
            for j in range(i + 1, len(near)):
                if intersection(near[i], near[j]) is not None:
                    count += 1
    return count


def position(sign, time):
    swing = math.cos(time) if sign % 2 == 0 else math.sin(time)
    return Vector(time, swing * 2.0 + (sign - sign % 2) * 3.0, 10.0)


def run(frames):
    aircraft = 60
    last = {}
    count = 0
    for frame in range(frames):
        time = frame / 10.0
        motions = []
        for sign in range(aircraft):
            end = position(sign, time)
            motions.append(Motion(sign, last.get(sign, end), end))
            last[sign] = end
        count += collisions(motions)
    return count


serve(run)
