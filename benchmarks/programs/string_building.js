const { serve } = require("./harness");

function appended(n) {
  let text = "";
  for (let i = 0; i < n; i++) {
    text += "item ";
    text += String(i);
    text += ";";
  }
  return text;
}

function joined(n) {
  const pieces = [];
  for (let i = 0; i < n; i++) pieces.push("item " + String(i));
  return pieces.join(";") + ";";
}

function formatted(n) {
  let text = "";
  for (let i = 0; i < n; i++) text += `item ${i};`;
  return text;
}

function reversed(text) {
  let out = "";
  let i = text.length - 1;
  while (i >= 0) {
    out += text[i];
    i -= 1;
  }
  return out;
}

function spaces(text) {
  let count = 0;
  for (const c of text) {
    if (c === " ") count += 1;
  }
  return count;
}

function run(rounds) {
  let total = 0;
  for (let round = 0; round < rounds; round++) {
    const n = 200 + round % 10;
    const text = appended(n);
    if (joined(n) !== text || formatted(n) !== text) throw new Error("the ways differ");
    const shorter = text.replaceAll("item", "x").toUpperCase();
    const parts = shorter.split(";");
    const middle = parts[Math.trunc(n / 2)];
    total += spaces(text) + reversed(shorter).length + parts.length + middle.length;
    if (text.includes("item 77;item 78")) total += 1;
  }
  return total;
}

serve(run);
