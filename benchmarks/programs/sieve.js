const { serve } = require("./harness");

function countPrimes(n) {
  const composite = new Array(n + 1).fill(false);
  let count = 0;
  for (let i = 2; i <= n; i++) {
    if (!composite[i]) {
      count += 1;
      let k = i + i;
      while (k <= n) {
        composite[k] = true;
        k += i;
      }
    }
  }
  return count;
}

serve(countPrimes);
