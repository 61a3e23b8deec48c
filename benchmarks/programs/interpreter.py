from harness import serve

LOAD = 0
ADD = 1
SUB = 2
MUL = 3
REM = 4
LESS = 5
JUMP_IF = 6
JUMP = 7
STORE = 8
FETCH = 9
HALT = 10


# fmt: off
def program():
    return [
        LOAD, 1, 1, 0,  # 0
        LOAD, 9, 0, 0,  # 4
        LOAD, 2, 1, 0,  # 8
        ADD, 3, 1, 15,  # 12
        ADD, 4, 2, 15,  # 16
        LESS, 5, 15, 4,  # 20
        JUMP_IF, 5, 32, 0,  # 24
        JUMP, 52, 0, 0,  # 28
        REM, 6, 3, 4,  # 32
        ADD, 3, 4, 15,  # 36
        ADD, 4, 6, 15,  # 40
        LOAD, 7, 1, 0,  # 44
        JUMP, 20, 0, 0,  # 48
        ADD, 9, 9, 3,  # 52
        STORE, 2, 3, 0,  # 56
        FETCH, 8, 2, 0,  # 60
        SUB, 8, 8, 3,  # 64
        ADD, 9, 9, 8,  # 68
        LOAD, 7, 1, 0,  # 72
        ADD, 2, 2, 7,  # 76
        LESS, 5, 2, 0,  # 80
        JUMP_IF, 5, 12, 0,  # 84
        ADD, 1, 1, 7,  # 88
        LESS, 5, 1, 0,  # 92
        JUMP_IF, 5, 8, 0,  # 96
        HALT, 9, 0, 0,  # 100
    ]
# fmt: on


def execute(code, n):
    registers = [0] * 16
    memory = [0] * 1000
    registers[0] = n
    pc = 0
    steps = 0
    while True:
        operation = code[pc]
        a = code[pc + 1]
        b = code[pc + 2]
        c = code[pc + 3]
        pc += 4
        steps += 1
        if operation == LOAD:
            registers[a] = b
        elif operation == ADD:
            registers[a] = registers[b] + registers[c]
        elif operation == SUB:
            registers[a] = registers[b] - registers[c]
        elif operation == MUL:
            registers[a] = registers[b] * registers[c]
        elif operation == REM:
            registers[a] = registers[b] % registers[c]
        elif operation == LESS:
            registers[a] = 1 if registers[b] < registers[c] else 0
        elif operation == JUMP_IF:
            if registers[a] != 0:
                pc = b
        elif operation == JUMP:
            pc = a
        elif operation == STORE:
            memory[registers[a]] = registers[b]
        elif operation == FETCH:
            registers[a] = memory[registers[b]]
        else:
            return f"{registers[a]} {steps}"


def run(n):
    return execute(program(), n)


serve(run)
