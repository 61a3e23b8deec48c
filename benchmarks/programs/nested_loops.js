const { serve } = require("./harness");

function count(n) {
  let total = 0;
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      for (let c = 0; c < n; c++) {
        for (let d = 0; d < n; d++) {
          for (let e = 0; e < n; e++) total += d;
        }
      }
    }
  }
  return total;
}

serve(count);
