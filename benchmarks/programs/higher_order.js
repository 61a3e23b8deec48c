const { serve } = require("./harness");

const compose = (f, g) => (x) => g(f(x));

function memoize(f) {
  const known = new Map();
  return (x) => {
    if (known.has(x)) return known.get(x);
    const y = f(x);
    known.set(x, y);
    return y;
  };
}

function counter(start) {
  let n = start;
  return () => {
    n += 1;
    return n;
  };
}

function filtered(stream, keep) {
  return () => {
    for (;;) {
      const x = stream();
      if (keep(x)) return x;
    }
  };
}

const mapped = (stream, f) => () => f(stream());

function fold(stream, n, init, f) {
  let result = init;
  for (let i = 0; i < n; i++) result = f(result, stream());
  return result;
}

const church = (n) => (f) => (x) => {
  let y = x;
  for (let i = 0; i < n; i++) y = f(y);
  return y;
};

function run(rounds) {
  let total = 0;
  for (let round = 0; round < rounds; round++) {
    const steps = [];
    for (let i = 0; i < 10; i++) steps.push((x) => (x * 3 + i) % 1009);
    let all = (x) => x;
    for (const step of steps) all = compose(all, step);
    const remembered = memoize(all);
    for (let i = 0; i < 30; i++) total += remembered(i % 15);
    const odd = filtered(counter(round), (x) => x % 2 === 1);
    const squares = mapped(odd, (x) => x * x % 1013);
    total += fold(squares, 30, 0, (a, b) => a + b);
    total += church(8)(church(3)((x) => x + 2))(round);
    let heard = 0;
    const listeners = [];
    for (let i = 0; i < 5; i++) listeners.push((event) => { heard += event * i; });
    for (let event = 0; event < 5; event++) {
      for (const listener of listeners) listener(event);
    }
    total += heard;
  }
  return total;
}

serve(run);
