const { serve } = require("./harness");

class Permuter {
  constructor(n) {
    this.count = 0;
    this.values = Array.from({ length: n }, (_, i) => i);
  }

  permute(n) {
    this.count += 1;
    if (n !== 0) {
      const last = n - 1;
      this.permute(last);
      let i = last;
      while (i >= 0) {
        this.swap(last, i);
        this.permute(last);
        this.swap(last, i);
        i -= 1;
      }
    }
  }

  swap(i, j) {
    const values = this.values;
    const kept = values[i];
    values[i] = values[j];
    values[j] = kept;
  }
}

function run(n) {
  const permuter = new Permuter(n);
  permuter.permute(n);
  return permuter.count;
}

serve(run);
