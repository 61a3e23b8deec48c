const { serve } = require("./harness");

class Shape {
  corners() { return 0; }
  weight(density) { return this.area() * density; }
}

class Circle extends Shape {
  constructor(r) { super(); this.r = r; }
  area() { return 3.0 * this.r * this.r; }
}

class Square extends Shape {
  constructor(side) { super(); this.side = side; }
  area() { return this.side * this.side; }
  corners() { return 4; }
}

class Rect extends Shape {
  constructor(w, h) { super(); this.w = w; this.h = h; }
  area() { return this.w * this.h; }
  corners() { return 4; }
}

class Triangle extends Shape {
  constructor(base, height) { super(); this.base = base; this.height = height; }
  area() { return this.base * this.height * 0.5; }
  corners() { return 3; }
}

class Ring extends Shape {
  constructor(outer, inner) { super(); this.outer = outer; this.inner = inner; }
  area() { return 3.0 * (this.outer * this.outer - this.inner * this.inner); }
}

class Cross extends Shape {
  constructor(arm, width) { super(); this.arm = arm; this.width = width; }
  area() { return this.width * (4.0 * this.arm + this.width); }
  corners() { return 12; }
}

class Line extends Shape {
  constructor(length) { super(); this.length = length; }
  area() { return 0.0; }
  corners() { return 2; }
}

class Dot extends Shape {
  area() { return 0.0; }
  corners() { return 1; }
}

function make(i, kinds) {
  const size = i % 5 + 1;
  switch (i % kinds) {
    case 0: return new Circle(size);
    case 1: return new Square(size);
    case 2: return new Rect(size, 2.0);
    case 3: return new Triangle(size, 4.0);
    case 4: return new Ring(size + 1.0, size);
    case 5: return new Cross(size, 1.0);
    case 6: return new Line(size);
    default: return new Dot();
  }
}

function total(shapes) {
  let sum = 0.0;
  for (const shape of shapes) sum += shape.weight(0.5) + shape.corners();
  return sum;
}

// Lists have no operator.
function plus(a, b) {
  return Array.isArray(a) ? a.concat(b) : a + b;
}

function run(rounds) {
  const one = [];
  const two = [];
  const four = [];
  const eight = [];
  for (let i = 0; i < 64; i++) {
    one.push(make(i, 1));
    two.push(make(i, 2));
    four.push(make(i, 4));
    eight.push(make(i, 8));
  }
  let sum = 0.0;
  let mixed = 0.0;
  for (let round = 0; round < rounds; round++) {
    sum += total(one) + total(two) + total(four) + total(eight);
    mixed = plus(mixed, round % 2 === 0 ? round : 0.5);
    mixed += plus("a", "b").length + plus([1], [2, 3]).length;
  }
  return `${sum.toFixed(1)} ${mixed.toFixed(1)}`;
}

serve(run);
