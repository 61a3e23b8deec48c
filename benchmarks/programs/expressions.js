const { serve } = require("./harness");

const NUMBER = 1;
const VARIABLE = 2;
const SUM = 3;
const PRODUCT = 4;
const POWER = 5;

const number = (value) => ({ kind: NUMBER, value });
const variable = { kind: VARIABLE };
const sum = (left, right) => ({ kind: SUM, left, right });
const product = (left, right) => ({ kind: PRODUCT, left, right });
const power = (base, exponent) => ({ kind: POWER, base, exponent });

function derive(e) {
  switch (e.kind) {
    case NUMBER: return number(0);
    case VARIABLE: return number(1);
    case SUM: return sum(derive(e.left), derive(e.right));
    case PRODUCT: return sum(product(derive(e.left), e.right), product(e.left, derive(e.right)));
    default:
      return product(product(number(e.exponent), power(e.base, e.exponent - 1)), derive(e.base));
  }
}

const isNumber = (e, n) => e.kind === NUMBER && e.value === n;

function simplify(e) {
  switch (e.kind) {
    case SUM: {
      const a = simplify(e.left);
      const b = simplify(e.right);
      if (a.kind === NUMBER && b.kind === NUMBER) return number((a.value + b.value) % 1000003);
      if (isNumber(a, 0)) return b;
      if (isNumber(b, 0)) return a;
      return sum(a, b);
    }
    case PRODUCT: {
      const a = simplify(e.left);
      const b = simplify(e.right);
      if (a.kind === NUMBER && b.kind === NUMBER) return number(a.value * b.value % 1000003);
      if (isNumber(a, 0)) return number(0);
      if (isNumber(b, 0)) return number(0);
      if (isNumber(a, 1)) return b;
      if (isNumber(b, 1)) return a;
      return product(a, b);
    }
    case POWER:
      if (e.exponent === 0) return number(1);
      if (e.exponent === 1) return simplify(e.base);
      return power(simplify(e.base), e.exponent);
    default:
      return e;
  }
}

function evaluate(e, x) {
  switch (e.kind) {
    case NUMBER: return e.value;
    case VARIABLE: return x;
    case SUM: return (evaluate(e.left, x) + evaluate(e.right, x)) % 1000003;
    case PRODUCT: return evaluate(e.left, x) * evaluate(e.right, x) % 1000003;
    default: {
      const base = evaluate(e.base, x);
      let result = 1;
      for (let i = 0; i < e.exponent; i++) result = result * base % 1000003;
      return result;
    }
  }
}

function size(e) {
  switch (e.kind) {
    case SUM:
    case PRODUCT: return 1 + size(e.left) + size(e.right);
    case POWER: return 1 + size(e.base);
    default: return 1;
  }
}

function polynomial(n) {
  let e = variable;
  for (let i = 1; i < n; i++) {
    e = i % 3 === 0 ? power(e, 2) : sum(product(number(i), e), power(variable, i % 4));
  }
  return e;
}

function run(rounds) {
  let total = 0;
  for (let round = 0; round < rounds; round++) {
    let e = polynomial(12);
    for (let i = 0; i < 3; i++) e = simplify(derive(e));
    total += size(e) + evaluate(e, round % 10);
  }
  return total;
}

serve(run);
