const { serve } = require("./harness");

function sum(n) {
  let total = 0;
  let i = 0;
  while (i < n) {
    total = total + i;
    i = i + 1;
  }
  return total;
}

serve(sum);
