const { serve } = require("./harness");

function sum(n) {
  let total = 0.0;
  let x = 0.0;
  while (x < n) {
    total = total + x * 0.5;
    x = x + 1.0;
  }
  return total;
}

function run(n) {
  return sum(n).toFixed(1);
}

serve(run);
