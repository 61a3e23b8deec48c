const { serve } = require("./harness");

function build(n) {
  let head = null;
  let i = n;
  while (i > 0) {
    head = { value: i, next: head };
    i -= 1;
  }
  return head;
}

function reverse(list) {
  let out = null;
  while (list !== null) {
    out = { value: list.value, next: out };
    list = list.next;
  }
  return out;
}

function sum(list) {
  let total = 0;
  while (list !== null) {
    total += list.value;
    list = list.next;
  }
  return total;
}

function run(n) {
  let total = 0;
  for (let round = 0; round < n; round++) {
    const list = reverse(build(1000));
    total += sum(list) + list.value + round % 3;
  }
  return total;
}

serve(run);
