const { serve } = require("./harness");

function orders(n) {
  let seed = 7;
  const list = [];
  for (let i = 0; i < n; i++) {
    seed = (seed * 1309 + 13849) % 65536;
    list.push({
      customer: seed % 97,
      item: i % 13,
      amount: Math.trunc(seed / 97) % 9 + 1,
      price: seed % 1000 / 8.0,
    });
  }
  return list;
}

const zip = (a, b) => a.slice(0, Math.min(a.length, b.length)).map((x, i) => [x, b[i]]);

function run(rounds) {
  const list = orders(2000);
  let result = "";
  for (let round = 0; round < rounds; round++) {
    const chosen = list.filter((o) => o.item !== round % 13 && o.amount > 2);
    const values = chosen.map((o) => o.amount * o.price);
    const revenue = values.reduce((sum, value) => sum + value, 0.0);
    const sorted = chosen.slice();
    sorted.sort((a, b) => {
      if (a.price !== b.price) return a.price < b.price ? -1 : 1;
      return a.customer - b.customer;
    });
    const names = sorted.slice(0, 50).map((o) => o.customer);
    names.sort((a, b) => a - b);
    const distance = zip(names, names.slice(1))
      .map((pair) => pair[1] - pair[0])
      .reduce((sum, d) => sum + d, 0);
    const weighted = [...values.entries()].reduce((sum, pair) => sum + pair[0] % 3 * pair[1], 0.0);
    const cheap = chosen.filter((o) => o.price < 20.0).length;
    const any = chosen.some((o) => o.customer === 96 && o.amount === 9);
    result = `${chosen.length} ${revenue.toFixed(3)} ${distance} ${weighted.toFixed(3)} ${cheap} ${any}`;
  }
  return result;
}

serve(run);
