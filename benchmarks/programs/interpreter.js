const { serve } = require("./harness");

const LOAD = 0;
const ADD = 1;
const SUB = 2;
const MUL = 3;
const REM = 4;
const LESS = 5;
const JUMP_IF = 6;
const JUMP = 7;
const STORE = 8;
const FETCH = 9;
const HALT = 10;

function program() {
  return [
    LOAD, 1, 1, 0,  // 0
    LOAD, 9, 0, 0,  // 4
    LOAD, 2, 1, 0,  // 8
    ADD, 3, 1, 15,  // 12
    ADD, 4, 2, 15,  // 16
    LESS, 5, 15, 4,  // 20
    JUMP_IF, 5, 32, 0,  // 24
    JUMP, 52, 0, 0,  // 28
    REM, 6, 3, 4,  // 32
    ADD, 3, 4, 15,  // 36
    ADD, 4, 6, 15,  // 40
    LOAD, 7, 1, 0,  // 44
    JUMP, 20, 0, 0,  // 48
    ADD, 9, 9, 3,  // 52
    STORE, 2, 3, 0,  // 56
    FETCH, 8, 2, 0,  // 60
    SUB, 8, 8, 3,  // 64
    ADD, 9, 9, 8,  // 68
    LOAD, 7, 1, 0,  // 72
    ADD, 2, 2, 7,  // 76
    LESS, 5, 2, 0,  // 80
    JUMP_IF, 5, 12, 0,  // 84
    ADD, 1, 1, 7,  // 88
    LESS, 5, 1, 0,  // 92
    JUMP_IF, 5, 8, 0,  // 96
    HALT, 9, 0, 0,  // 100
  ];
}

function execute(code, n) {
  const registers = new Array(16).fill(0);
  const memory = new Array(1000).fill(0);
  registers[0] = n;
  let pc = 0;
  let steps = 0;
  for (;;) {
    const operation = code[pc];
    const a = code[pc + 1];
    const b = code[pc + 2];
    const c = code[pc + 3];
    pc += 4;
    steps += 1;
    switch (operation) {
      case LOAD: registers[a] = b; break;
      case ADD: registers[a] = registers[b] + registers[c]; break;
      case SUB: registers[a] = registers[b] - registers[c]; break;
      case MUL: registers[a] = registers[b] * registers[c]; break;
      case REM: registers[a] = registers[b] % registers[c]; break;
      case LESS: registers[a] = registers[b] < registers[c] ? 1 : 0; break;
      case JUMP_IF: if (registers[a] !== 0) pc = b; break;
      case JUMP: pc = a; break;
      case STORE: memory[registers[a]] = registers[b]; break;
      case FETCH: registers[a] = memory[registers[b]]; break;
      default: return `${registers[a]} ${steps}`;
    }
  }
}

const run = (n) => execute(program(), n);

serve(run);
