const { serve } = require("./harness");

// An array is equal only to itself, so a cell is one number.
const WIDTH = 65536;
const HALF = 32768;

const cellOf = (x, y) => (x + HALF) * WIDTH + y + HALF;
const column = (cell) => Math.floor(cell / WIDTH) - HALF;
const row = (cell) => cell % WIDTH - HALF;

function step(alive) {
  const neighbours = new Map();
  for (const cell of alive) {
    const x = column(cell);
    const y = row(cell);
    for (let dx = -1; dx < 2; dx++) {
      for (let dy = -1; dy < 2; dy++) {
        if (dx !== 0 || dy !== 0) {
          const other = cellOf(x + dx, y + dy);
          neighbours.set(other, (neighbours.get(other) ?? 0) + 1);
        }
      }
    }
  }
  const next = new Set();
  for (const [cell, count] of neighbours) {
    if (count === 3 || (count === 2 && alive.has(cell))) next.add(cell);
  }
  return next;
}

function run(generations) {
  let alive = new Set([[1, 0], [2, 0], [0, 1], [1, 1], [1, 2]].map(([x, y]) => cellOf(x, y)));
  for (let i = 0; i < generations; i++) alive = step(alive);
  let sum = 0;
  for (const cell of alive) sum += column(cell) * column(cell) + row(cell) * row(cell);
  return `${alive.size} ${sum}`;
}

serve(run);
