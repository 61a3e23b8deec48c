const { serve } = require("./harness");

function place(n, row, columns, rising, falling) {
  if (row === n) return 1;
  let count = 0;
  for (let column = 0; column < n; column++) {
    const up = row + column;
    const down = row - column + n;
    if (!columns[column] && !rising[up] && !falling[down]) {
      columns[column] = true;
      rising[up] = true;
      falling[down] = true;
      count += place(n, row + 1, columns, rising, falling);
      columns[column] = false;
      rising[up] = false;
      falling[down] = false;
    }
  }
  return count;
}

const filled = (n) => new Array(n).fill(false);

function run(n) {
  return place(n, 0, filled(n), filled(2 * n), filled(2 * n + 1));
}

serve(run);
