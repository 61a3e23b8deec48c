const { serve } = require("./harness");

class Checking {
  constructor(balance, fee) {
    this.balance = balance;
    this.fee = fee;
  }
  deposit(amount) { this.balance += amount - this.fee; }
  total() { return this.balance; }
}

class Savings {
  constructor(balance, rate) {
    this.balance = balance;
    this.rate = rate;
  }
  deposit(amount) { this.balance += amount + this.bonus(amount); }
  bonus(amount) { return amount * this.rate % 10; }
  total() { return this.balance; }
}

function run(turns) {
  const accounts = [new Checking(0, 1), new Savings(0, 3), new Checking(100, 2), new Savings(100, 7)];
  for (let turn = 0; turn < turns; turn++) {
    for (const account of accounts) account.deposit(turn % 16);
  }
  let total = 0;
  for (const account of accounts) total += account.total();
  return total;
}

serve(run);
