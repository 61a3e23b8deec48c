const { serve } = require("./harness");

function check(n) {
  if (n % 7 === 0) throw new Error("seven");
  return n * 2;
}

function deep(depth, n) {
  return depth === 0 ? check(n) : 1 + deep(depth - 1, n);
}

// A result and an error, one of which is null.

function half(n) {
  return n % 2 === 0 ? [n / 2, null] : [null, "odd"];
}

function quarter(n) {
  const [once, problem] = half(n);
  if (problem !== null) return [null, problem];
  return half(once);
}

function run(rounds) {
  let total = 0;
  let caught = 0;
  for (let i = 0; i < rounds; i++) {
    try {
      total += deep(i % 10, i);
    } catch (error) {
      caught += error.message.length;
    }
    for (let k = 0; k < 4; k++) {
      const [fourth, problem] = quarter(i + k);
      if (problem === null) total += fourth;
      else caught += problem.length;
    }
  }
  return `${total} ${caught}`;
}

serve(run);
