const { serve } = require("./harness");

class JsonObject {
  constructor() {
    this.names = [];
    this.members = new Map();
  }
}

class Parser {
  constructor(text) {
    this.text = text;
    this.position = 0;
  }

  skipSpace() {
    while (this.position < this.text.length) {
      const c = this.text[this.position];
      if (c !== " " && c !== "\n") break;
      this.position += 1;
    }
  }

  peek() {
    this.skipSpace();
    return this.text[this.position];
  }

  expect(character) {
    const found = this.peek();
    if (found !== character) {
      throw new Error(`${this.position}: expected ${character}, found ${found}`);
    }
    this.position += 1;
  }

  value() {
    const c = this.peek();
    if (c === "{") return this.object();
    if (c === "[") return this.list();
    if (c === '"') return this.string();
    if (c === "t") { this.position += 4; return true; }
    if (c === "f") { this.position += 5; return false; }
    if (c === "n") { this.position += 4; return null; }
    return this.number();
  }

  object() {
    const object = new JsonObject();
    this.expect("{");
    if (this.peek() === "}") { this.position += 1; return object; }
    for (;;) {
      this.skipSpace();
      const name = this.string();
      this.expect(":");
      object.names.push(name);
      object.members.set(name, this.value());
      if (this.peek() !== ",") break;
      this.position += 1;
    }
    this.expect("}");
    return object;
  }

  list() {
    const items = [];
    this.expect("[");
    if (this.peek() === "]") { this.position += 1; return items; }
    for (;;) {
      items.push(this.value());
      if (this.peek() !== ",") break;
      this.position += 1;
    }
    this.expect("]");
    return items;
  }

  string() {
    this.expect('"');
    const pieces = [];
    let start = this.position;
    for (;;) {
      const c = this.text[this.position];
      if (c === '"') break;
      if (c === "\\") {
        pieces.push(this.text.slice(start, this.position));
        const escaped = this.text[this.position + 1];
        pieces.push(escaped === "n" ? "\n" : escaped);
        this.position += 2;
        start = this.position;
      } else {
        this.position += 1;
      }
    }
    const rest = this.text.slice(start, this.position);
    this.position += 1;
    if (pieces.length === 0) return rest;
    pieces.push(rest);
    return pieces.join("");
  }

  number() {
    const start = this.position;
    while (this.position < this.text.length) {
      const c = this.text[this.position];
      if (c !== "." && c !== "-" && (c < "0" || c > "9")) break;
      this.position += 1;
    }
    return Number(this.text.slice(start, this.position));
  }
}

function writeString(text, out) {
  out.push('"');
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '"' || c === "\\" || c === "\n") {
      out.push(text.slice(start, i));
      out.push("\\");
      out.push(c === "\n" ? "n" : c);
      start = i + 1;
    }
  }
  out.push(start === 0 ? text : text.slice(start));
  out.push('"');
}

function writeValue(value, out) {
  if (typeof value === "string") {
    writeString(value, out);
  } else if (value === null) {
    out.push("null");
  } else if (Array.isArray(value)) {
    out.push("[");
    let first = true;
    for (const item of value) {
      if (!first) out.push(",");
      first = false;
      writeValue(item, out);
    }
    out.push("]");
  } else if (value instanceof JsonObject) {
    out.push("{");
    let first = true;
    for (const name of value.names) {
      if (!first) out.push(",");
      first = false;
      writeString(name, out);
      out.push(":");
      writeValue(value.members.get(name), out);
    }
    out.push("}");
  } else {
    out.push(String(value));
  }
}

function stringify(value) {
  const out = [];
  writeValue(value, out);
  return out.join("");
}

function sample() {
  const records = [];
  for (let i = 0; i < 100; i++) {
    records.push('{"id":' + i + ',"name":"record \\"' + i * 7919 % 1000 + '\\"",'
      + '"tags":["red","green\\nblue","a rather longer text without escapes"],'
      + '"position":{"x":' + i * 37 % 101 + '.25,"y":-' + i * 53 % 97 + ".5},"
      + '"active":' + (i % 3 === 0 ? "true" : "false") + ',"parent":null,"empty":[]}');
  }
  return "[" + records.join(",") + "]";
}

function run(rounds) {
  const text = sample();
  let characters = 0;
  for (let round = 0; round < rounds; round++) {
    const value = new Parser(text).value();
    const written = stringify(value);
    if (written !== text) throw new Error("what was written differs from what was read");
    characters += written.length + value.length;
  }
  return characters;
}

serve(run);
