const { serve } = require("./harness");

function randomList(n) {
  let seed = 12345;
  const list = [];
  for (let i = 0; i < n; i++) {
    // In two steps, since doubles have 53 bits.
    const high = Math.trunc(seed / 65536);
    const low = seed % 65536;
    seed = ((high * 1103515245 % 32768) * 65536 + low * 1103515245 + 12345) % 2147483648;
    list.push(Math.trunc(seed / 1024));
  }
  return list;
}

function quicksort(list, low, high) {
  while (low < high) {
    const pivot = list[(low + high) >> 1];
    let i = low;
    let j = high;
    while (i <= j) {
      while (list[i] < pivot) i += 1;
      while (list[j] > pivot) j -= 1;
      if (i <= j) {
        const kept = list[i];
        list[i] = list[j];
        list[j] = kept;
        i += 1;
        j -= 1;
      }
    }
    quicksort(list, low, j);
    low = i;
  }
}

function mergeSort(list) {
  const n = list.length;
  if (n < 2) return list;
  const left = mergeSort(list.slice(0, n >> 1));
  const right = mergeSort(list.slice(n >> 1));
  const out = [];
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    if (right[j] < left[i]) {
      out.push(right[j]);
      j += 1;
    } else {
      out.push(left[i]);
      i += 1;
    }
  }
  while (i < left.length) { out.push(left[i]); i += 1; }
  while (j < right.length) { out.push(right[j]); j += 1; }
  return out;
}

function siftDown(heap, start, end) {
  let parent = start;
  for (;;) {
    let child = 2 * parent + 1;
    if (child >= end) return;
    if (child + 1 < end && heap[child] < heap[child + 1]) child += 1;
    if (heap[parent] >= heap[child]) return;
    const kept = heap[parent];
    heap[parent] = heap[child];
    heap[child] = kept;
    parent = child;
  }
}

function heapSort(list) {
  const n = list.length;
  for (let start = (n >> 1) - 1; start >= 0; start--) siftDown(list, start, n);
  for (let end = n - 1; end > 0; end--) {
    const kept = list[0];
    list[0] = list[end];
    list[end] = kept;
    siftDown(list, 0, end);
  }
}

function run(n) {
  const quick = randomList(n);
  quicksort(quick, 0, n - 1);
  const merged = mergeSort(randomList(n));
  const heap = randomList(n);
  heapSort(heap);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    if (quick[i] !== merged[i] || quick[i] !== heap[i]) throw new Error("the sorts differ");
    sum += quick[i] % 1000 * (i % 10);
  }
  return sum;
}

serve(run);
