const { serve } = require("./harness");

function inside(size, limit) {
  let count = 0;
  for (let row = 0; row < size; row++) {
    const ci = 2.0 * row / size - 1.0;
    for (let column = 0; column < size; column++) {
      const cr = 2.0 * column / size - 1.5;
      let zr = 0.0;
      let zi = 0.0;
      let turn = 0;
      while (turn < limit && zr * zr + zi * zi <= 4.0) {
        const next = zr * zr - zi * zi + cr;
        zi = 2.0 * zr * zi + ci;
        zr = next;
        turn += 1;
      }
      if (turn === limit) count += 1;
    }
  }
  return count;
}

function run(n) {
  return inside(n, 50);
}

serve(run);
