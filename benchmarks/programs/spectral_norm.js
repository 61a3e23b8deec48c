const { serve } = require("./harness");

function element(i, j) { return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1); }

function times(v, out, n) {
  for (let i = 0; i < n; i++) {
    let sum = 0.0;
    for (let j = 0; j < n; j++) sum += element(i, j) * v[j];
    out[i] = sum;
  }
}

function timesTransposed(v, out, n) {
  for (let i = 0; i < n; i++) {
    let sum = 0.0;
    for (let j = 0; j < n; j++) sum += element(j, i) * v[j];
    out[i] = sum;
  }
}

function run(n) {
  const u = new Array(n).fill(1.0);
  const v = new Array(n).fill(0.0);
  const t = new Array(n).fill(0.0);
  for (let i = 0; i < 10; i++) {
    times(u, t, n);
    timesTransposed(t, v, n);
    times(v, t, n);
    timesTransposed(t, u, n);
  }
  let uv = 0.0, vv = 0.0;
  for (let i = 0; i < n; i++) {
    uv += u[i] * v[i];
    vv += v[i] * v[i];
  }
  return Math.sqrt(uv / vv).toFixed(9);
}

serve(run);
