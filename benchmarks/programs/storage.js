const { serve } = require("./harness");

class Storage {
  constructor() {
    this.seed = 74755;
    this.count = 0;
  }

  random() {
    this.seed = (this.seed * 1309 + 13849) % 65536;
    return this.seed;
  }

  build(depth) {
    this.count += 1;
    if (depth === 1) return new Array(this.random() % 10 + 1).fill(null);
    const children = [];
    for (let i = 0; i < 4; i++) children.push(this.build(depth - 1));
    return children;
  }
}

function run(rounds) {
  let count = 0;
  for (let round = 0; round < rounds; round++) {
    const storage = new Storage();
    storage.build(7);
    count += storage.count + storage.seed % 2;
  }
  return count;
}

serve(run);
