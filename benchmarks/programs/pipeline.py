from functools import cmp_to_key, reduce

from harness import serve


class Order:
    def __init__(self, customer, item, amount, price):
        self.customer = customer
        self.item = item
        self.amount = amount
        self.price = price


def orders(n):
    seed = 7
    result = []
    for i in range(n):
        seed = (seed * 1309 + 13849) % 65536
        result.append(Order(seed % 97, i % 13, seed // 97 % 9 + 1, seed % 1000 / 8.0))
    return result


def order(a, b):
    if a.price != b.price:
        return -1 if a.price < b.price else 1
    return a.customer - b.customer


def run(rounds):
    everything = orders(2000)
    result = ""
    for turn in range(rounds):
        skipped = turn % 13
        chosen = list(filter(lambda o, n=skipped: o.item != n and o.amount > 2, everything))
        values = [o.amount * o.price for o in chosen]
        revenue = reduce(lambda total, value: total + value, values, 0.0)
        ordered = chosen.copy()
        ordered.sort(key=cmp_to_key(order))
        names = [o.customer for o in ordered[:50]]
        names.sort()
        distance = sum(names[i + 1] - names[i] for i in range(len(names) - 1))
        weighted = reduce(lambda total, pair: total + pair[0] % 3 * pair[1], enumerate(values), 0.0)
        cheap = sum(o.price < 20.0 for o in chosen)
        found = any(o.customer == 96 and o.amount == 9 for o in chosen)
        result = (
            f"{len(chosen)} {revenue:.3f} {distance} {weighted:.3f} {cheap} {str(found).lower()}"
        )
    return result


serve(run)
