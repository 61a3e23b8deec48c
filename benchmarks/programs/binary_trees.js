const { serve } = require("./harness");

function build(depth) {
  if (depth === 0) return { left: null, right: null };
  return { left: build(depth - 1), right: build(depth - 1) };
}

function nodes(tree) {
  return tree.left === null ? 1 : 1 + nodes(tree.left) + nodes(tree.right);
}

function run(depth) {
  let total = nodes(build(depth + 1));
  const longLived = build(depth);
  for (let d = 4; d <= depth; d += 4) {
    for (let i = 1 << (depth - d + 4); i > 0; i--) total += nodes(build(d));
  }
  return total + nodes(longLived);
}

serve(run);
