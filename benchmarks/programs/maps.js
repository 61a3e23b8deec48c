const { serve } = require("./harness");

function fill(n, factor) {
  const map = new Map();
  let key = 1;
  for (let i = 0; i < n; i++) {
    map.set(key, i);
    key = (key * factor + 12345) % 1000003;
  }
  return map;
}

function collatz(n) {
  const steps = new Map([[1, 0]]);
  let longest = 0;
  for (let start = 1; start < n; start++) {
    const path = [];
    let x = start;
    while (!steps.has(x)) {
      path.push(x);
      x = x % 2 === 0 ? x / 2 : 3 * x + 1;
    }
    let count = steps.get(x);
    while (path.length > 0) {
      count += 1;
      steps.set(path.pop(), count);
    }
    longest = Math.max(longest, count);
  }
  return longest * 1000000 + steps.size;
}

function run(n) {
  const map = fill(n, 7919);
  let total = map.size;
  let key = 1;
  for (let i = 0; i < n; i++) {
    if (map.has(key + 1)) total += 1;
    total += map.get(key) % 7;
    key = (key * 7919 + 12345) % 1000003;
  }
  for (const [k, v] of map) {
    if (v % 3 === 0) total += k % 5;
  }
  key = 1;
  for (let i = 0; i < n; i++) {
    if (i % 2 === 0 && map.has(key)) map.delete(key);
    key = (key * 7919 + 12345) % 1000003;
  }
  total += map.size;
  const squares = new Map();
  for (let i = 0; i < n; i++) squares.set(i, i * i % 1001);
  for (let i = 0; i < n; i++) squares.set(i, squares.get(i) + 1);
  for (let i = 0; i < n; i++) total += squares.get(i);
  return `${total} ${collatz(Math.trunc(n / 5))}`;
}

serve(run);
