const { serve } = require("./harness");

function makeText(words) {
  const syllables = ["ba", "ce", "di", "fo", "gu", "ha", "le", "mi", "no", "su"];
  let seed = 42;
  const pieces = [];
  for (let i = 0; i < words; i++) {
    seed = (seed * 1309 + 13849) % 65536;
    let n = Math.trunc(seed % 100 * (Math.trunc(seed / 100) % 100) / 50);
    let word = "";
    while (n > 0) {
      word += syllables[n % 10];
      n = Math.trunc(n / 10);
    }
    pieces.push(word === "" ? "a" : word);
    pieces.push(i % 12 === 11 ? ".\n" : " ");
  }
  return pieces.join("");
}

const isLetter = (c) => c >= "a" && c <= "z";

function count(text) {
  const counts = new Map();
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (!isLetter(text[i])) {
      if (start < i) {
        const word = text.slice(start, i);
        counts.set(word, (counts.get(word) ?? 0) + 1);
      }
      start = i + 1;
    }
  }
  return counts;
}

function run(rounds) {
  const text = makeText(20000);
  let result = "";
  for (let round = 0; round < rounds; round++) {
    const counts = count(text);
    const words = [...counts.keys()];
    words.sort((a, b) => {
      const difference = counts.get(b) - counts.get(a);
      if (difference !== 0) return difference;
      return a < b ? -1 : 1;
    });
    const [first, later] = [words[0], words[99]];
    result = `${counts.size} ${first} ${counts.get(first)} ${later} ${counts.get(later)}`;
  }
  return result;
}

serve(run);
