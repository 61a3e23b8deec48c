const { serve } = require("./harness");

const adder = (n) => (x) => x + n;

function counter() {
  let n = 0;
  return (step) => {
    n += step;
    return n;
  };
}

const twice = (f) => (x) => f(f(x));

function run(turns) {
  const add3 = adder(3);
  const add12 = twice(twice(add3));
  const count = counter();
  let total = 0;
  for (let i = 0; i < turns; i++) {
    total += add12(i) % 7;
    count(i % 3);
  }
  return total + count(0);
}

serve(run);
