const { serve } = require("./harness");

function line(n) {
  let text = "";
  for (let i = 0; i < 20; i++) text = text + String((n + i) % 100) + ",";
  return text;
}

function run(rounds) {
  let characters = 0;
  let commas = 0;
  for (let round = 0; round < rounds; round++) {
    const text = line(round);
    characters += text.length;
    let i = 0;
    while (i < 10) {
      if (text[i] === ",") commas += 1;
      i += 1;
    }
  }
  return `${characters} ${commas}`;
}

serve(run);
