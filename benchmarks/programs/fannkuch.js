const { serve } = require("./harness");

function flips(p, work) {
  const n = p.length;
  for (let i = 0; i < n; i++) work[i] = p[i];
  let count = 0;
  let first = work[0];
  while (first !== 0) {
    let low = 0;
    let high = first;
    while (low < high) {
      const kept = work[low];
      work[low] = work[high];
      work[high] = kept;
      low += 1;
      high -= 1;
    }
    count += 1;
    first = work[0];
  }
  return count;
}

function run(n) {
  const p = Array.from({ length: n }, (_, i) => i);
  const work = new Array(n).fill(0);
  const left = new Array(n).fill(0);
  let checksum = 0;
  let longest = 0;
  let even = true;
  let width = n;
  for (;;) {
    while (width > 1) {
      left[width - 1] = width;
      width -= 1;
    }
    const count = flips(p, work);
    if (count > longest) longest = count;
    if (even) checksum += count;
    else checksum -= count;
    even = !even;
    for (;;) {
      if (width === n) return `${checksum} ${longest}`;
      const first = p[0];
      for (let i = 0; i < width; i++) p[i] = p[i + 1];
      p[width] = first;
      left[width] -= 1;
      if (left[width] > 0) break;
      width += 1;
    }
  }
}

serve(run);
