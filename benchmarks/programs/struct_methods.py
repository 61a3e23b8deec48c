from harness import serve


class Checking:
    def __init__(self, balance, fee):
        self.balance = balance
        self.fee = fee

    def deposit(self, amount):
        self.balance += amount - self.fee

    def total(self):
        return self.balance


class Savings:
    def __init__(self, balance, rate):
        self.balance = balance
        self.rate = rate

    def deposit(self, amount):
        self.balance += amount + self.bonus(amount)

    def bonus(self, amount):
        return amount * self.rate % 10

    def total(self):
        return self.balance


def run(n):
    accounts = [Checking(0, 1), Savings(0, 3), Checking(100, 2), Savings(100, 7)]
    for turn in range(n):
        for account in accounts:
            account.deposit(turn % 16)
    return sum(account.total() for account in accounts)


serve(run)
