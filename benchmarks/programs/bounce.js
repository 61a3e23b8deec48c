const { serve } = require("./harness");

class Random {
  constructor(seed) { this.seed = seed; }

  next() {
    this.seed = (this.seed * 1309 + 13849) % 65536;
    return this.seed;
  }
}

class Ball {
  constructor(random) {
    this.x = random.next() % 500;
    this.y = random.next() % 500;
    this.dx = random.next() % 300 - 150;
    this.dy = random.next() % 300 - 150;
  }

  bounce() {
    let met = false;
    this.x += this.dx;
    this.y += this.dy;
    if (this.x > 500) { this.x = 500; this.dx = 0 - Math.abs(this.dx); met = true; }
    if (this.x < 0) { this.x = 0; this.dx = Math.abs(this.dx); met = true; }
    if (this.y > 500) { this.y = 500; this.dy = 0 - Math.abs(this.dy); met = true; }
    if (this.y < 0) { this.y = 0; this.dy = Math.abs(this.dy); met = true; }
    return met;
  }
}

function run(rounds) {
  const random = new Random(74755);
  const balls = [];
  for (let i = 0; i < 100; i++) balls.push(new Ball(random));
  let bounces = 0;
  for (let round = 0; round < rounds; round++) {
    for (const ball of balls) {
      if (ball.bounce()) bounces += 1;
    }
  }
  return bounces;
}

serve(run);
