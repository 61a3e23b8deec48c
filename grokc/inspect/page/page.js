// The page of `grokc explore`. Everything that is shown follows from the model (tables that
// refer to each other by number, see grokc/inspect/explore.py) and from `state`, which the
// address keeps after its `#`, so that a view can be linked to.

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}

const model = await unpack(document.getElementById("model").textContent);
const get = (id) => document.getElementById(id);
const VIEWS = ["levels", "passes", "graph", "timing"];
const WORST = ["left", "slow", "never", "guard", "fast", "info"];
const state = { function: 0, view: "levels", from: 0, to: 1, graph: 0, line: 0, zoom: 1 };

function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

// ------------------------------------------------------------------------------ the model

const SPAN = { file: 0, first: 1, last: 2, column: 3, end: 4 };
const stages = model.stages;
const shown = model.functions.map((_, number) => number).filter((f) => model.functions[f].name);

function piece(f, stage) {
  const number = model.functions[f].pieces[stage];
  return number < 0 ? null : model.pieces[number];
}

function linesOf(text) { return text.text.split("\n"); }

// Source lines ("file:line") that a line of a text comes from.
function sourceLines(origins) {
  const found = new Set();
  for (const number of origins ?? []) {
    const span = model.spans[number];
    if (span[SPAN.file] >= 0) found.add(`${span[SPAN.file]}:${span[SPAN.first]}`);
  }
  return [...found];
}

// Where each function stands: what the front end made of it tells.
const places = model.functions.map((f) => {
  const number = f.pieces.find((p) => p >= 0);
  let place = null;
  for (const origins of f.name && number !== undefined ? model.pieces[number].origins : []) {
    for (const span of origins.map((o) => model.spans[o])) {
      if (span[SPAN.file] < 0) continue;
      if (!place) place = { file: span[SPAN.file], first: span[SPAN.first], last: span[SPAN.last] };
      if (place.file !== span[SPAN.file]) continue;
      place.first = Math.min(place.first, span[SPAN.first]);
      place.last = Math.max(place.last, span[SPAN.last]);
    }
  }
  return place;
});

// The innermost function that a line belongs to.
function ownerOf(file, line) {
  let best = -1;
  for (const f of shown) {
    const p = places[f];
    if (!p || p.file !== file || line < p.first || line > p.last) continue;
    if (model.functions[f].name === "@start") continue;
    if (best < 0 || p.last - p.first < places[best].last - places[best].first) best = f;
  }
  return best;
}

// Facts by source line: those of the function that stands there, and those of functions that the
// code was inlined into.
const factsByLine = new Map();
for (const f of shown) {
  for (const [number, kind, text] of model.functions[f].facts) {
    const span = model.spans[number];
    if (span[SPAN.file] < 0) continue;
    const key = `${span[SPAN.file]}:${span[SPAN.first]}`;
    if (!factsByLine.has(key)) factsByLine.set(key, []);
    factsByLine.get(key).push({ f, span, kind, text });
  }
}

function ownFacts(key) {
  const [file, line] = key.split(":").map(Number);
  const owner = ownerOf(file, line);
  return (factsByLine.get(key) ?? []).filter((fact) => fact.f === owner);
}

function heat(key) {
  const kinds = new Set(ownFacts(key).map((fact) => fact.kind));
  return WORST.find((kind) => kinds.has(kind)) ?? "";
}

// -------------------------------------------------------------------------------- colours

const SOURCE_TOKENS =
  /(\/\/.*|\/\*[^]*?\*\/)|(f?"(?:\\.|[^"\\])*"|r#*"[^]*?"#*|'(?:\\.|[^'\\])')|\b(fn|let|mut|if|else|match|while|loop|for|in|return|break|continue|struct|enum|trait|impl|const|static|use|mod|pub|self|Self|as|true|false|super)\b|\b(\d[\w.]*)/g;
const IR_TOKENS =
  /(\/\/.*|;.*$|#.*$(?<=^\s*#.*))|("(?:\\.|[^"\\])*")|(\b(?:grok|grok_stack|grok_vm|arith|llvm|builtin)\.\w+|^\s+\d+ {2}\S+|\^\w+|^\s*[\w.$]+:)|([@%!][\w.$#:"]+|\br\d+\b)|(?<![\w%.])(-?\d[\w.+-]*)/gm;

function escaped(text) {
  return text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
}

// The line as HTML: texts as long as a large function's are built much faster so.
function colored(line, tokens, classes) {
  let html = "";
  let at = 0;
  for (const match of line.matchAll(tokens)) {
    const index = match.slice(1).findIndex((group) => group !== undefined);
    if (index < 0 || match[0] === "") continue;
    html += escaped(line.slice(at, match.index));
    html += `<span class="${classes[index]}">${escaped(match[0])}</span>`;
    at = match.index + match[0].length;
  }
  return html + escaped(line.slice(at));
}

function html(element, text) {
  element.innerHTML = text;
  return element;
}

const colorSource = (line) =>
  colored(line, SOURCE_TOKENS, ["comment", "string", "keyword", "constant"]);
const colorIR = (line) =>
  colored(line, IR_TOKENS, ["comment", "string", "keyword", "symbol", "constant"]);

// --------------------------------------------------------------------------------- source

let sourceFile = -1;

function showSource() {
  const place = places[state.function];
  const file = place ? place.file : 0;
  if (file !== sourceFile) writeSource(file);
  for (const line of get("source").querySelectorAll(".line")) {
    const number = Number(line.dataset.number);
    line.classList.toggle(
      "of-function", !!place && number >= place.first && number <= place.last);
  }
  get("file").textContent = model.files[file].name;
}

function writeSource(file) {
  linesByKey = null;
  sourceFile = file;
  const source = get("source");
  source.replaceChildren();
  model.files[file].text.split("\n").forEach((text, index) => {
    const number = index + 1;
    const key = `${file}:${number}`;
    const kind = heat(key);
    const row = element("div", { class: "line", "data-lines": key, "data-number": number },
      element("span", { class: kind ? `mark heat ${kind}` : "mark" }),
      element("span", { class: "number" }, String(number)),
      html(element("span", { class: kind ? `text heat ${kind}` : "text" }), colorSource(text)));
    source.append(row);
    for (const fact of ownFacts(key)) {
      source.append(element("div", { class: `note ${fact.kind}`, hidden: !showNotes },
        factText(fact)));
    }
  });
}

function factText(fact) {
  const lines = model.files[fact.span[SPAN.file]].text.split("\n");
  const [, first, last, column, end] = fact.span;
  let text = lines[first - 1].slice(column - 1, first === last ? end - 1 : undefined);
  if (text.length > 48) text = `${text.slice(0, 45)}…`;
  const shownText = document.createDocumentFragment();
  shownText.append(element("code", {}, text), `: ${fact.text}`);
  return shownText;
}

let showNotes = false;

function toggleNotes() {
  showNotes = !showNotes;
  get("notes").setAttribute("aria-pressed", String(showNotes));
  for (const note of get("source").querySelectorAll(".note")) note.hidden = !showNotes;
}

function showFacts(key) {
  const box = get("facts");
  box.replaceChildren();
  if (!key) {
    box.append(element("p", { class: "faint" }, model.recorded
      ? "Point at a line to see it at every level; click to hold it."
      : "Point at a line to see it at every level; click to hold it. No run was recorded " +
        "(grokc run --record-profile), so nothing is known of the types it would see."));
    return;
  }
  const [file, line] = key.split(":").map(Number);
  const owner = ownerOf(file, line);
  const all = factsByLine.get(key) ?? [];
  const heads = [...new Set(all.map((fact) => fact.f))].sort(
    (a, b) => (b === owner) - (a === owner) || a - b);
  box.append(element("p", { class: "faint" }, `line ${line}` +
    (owner >= 0 ? ` of ${model.functions[owner].name}` : "") +
    (all.length ? "" : ": nothing special became of it")));
  for (const f of heads) {
    if (f !== owner) {
      box.append(element("p", { class: "faint" }, `inlined into ${model.functions[f].name}`));
    }
    for (const fact of all.filter((each) => each.f === f)) {
      box.append(element("p", { class: fact.kind }, element("span", { class: "kind" }),
        factText(fact)));
    }
  }
}

// ---------------------------------------------------------------------------- linked lines

let linked = [];
let linesByKey = null;  // of all texts that are on the page

function index() {
  linesByKey = new Map();
  for (const line of document.querySelectorAll("[data-lines]")) {
    for (const key of line.dataset.lines.split(" ")) {
      if (!linesByKey.has(key)) linesByKey.set(key, []);
      linesByKey.get(key).push(line);
    }
  }
}

// Marks the lines of all texts that come from these source lines.
function link(keys, held) {
  for (const line of linked) line.classList.remove("linked", "held");
  linked = [];
  if (!keys.length) return;
  if (!linesByKey) index();
  linked = keys.flatMap((key) => linesByKey.get(key) ?? []);
  for (const line of linked) line.classList.add(held ? "held" : "linked");
}

function heldKey() { return state.line ? `${sourceFile}:${state.line}` : ""; }

function reveal(except) {
  const done = new Set();
  for (const line of linked) {
    const box = line.closest(".code, #canvas");
    if (!box || box === except || done.has(box) || !box.offsetParent) continue;
    done.add(box);
    const at = line.getBoundingClientRect();
    const around = box.getBoundingClientRect();
    if (at.top < around.top || at.bottom > around.bottom) {
      box.scrollTop += at.top - around.top - around.height / 3;
    }
  }
}

function hold(line, except) {
  state.line = line;
  const key = heldKey();
  if (line) {
    const owner = ownerOf(sourceFile, line);
    const selected = places[state.function];
    const within = selected && selected.file === sourceFile &&
      line >= selected.first && line <= selected.last;
    // A line of a function that was inlined here is shown here.
    if (owner >= 0 && owner !== state.function && !(within && owner < 0)) {
      state.function = owner;
      show();
    }
  }
  link(key ? [key] : [], true);
  showFacts(key);
  reveal(except);
  remember();
}

document.addEventListener("mouseover", (event) => {
  const line = event.target.closest?.("[data-lines]");
  if (!line) {
    if (linked.length && !state.line) link([], false);
    return;
  }
  if (state.line) return;
  const keys = line.dataset.lines.split(" ");
  link(keys, false);
  showFacts(keys[0]);
});

document.addEventListener("click", (event) => {
  const line = event.target.closest?.("[data-lines]");
  if (!line || !line.dataset.lines) return;
  const [file, number] = line.dataset.lines.split(" ")[0].split(":").map(Number);
  if (file !== sourceFile) writeSource(file);
  const again = state.line === number && line.classList.contains("held");
  if (line.closest("#source")) hold(again ? 0 : number, get("source"));
  else holdHere(again ? 0 : number, line.closest(".code, #canvas"));
});

// Holds a line without leaving the function that is shown.
function holdHere(number, except) {
  state.line = number;
  const key = heldKey();
  link(key ? [key] : [], true);
  showFacts(key);
  reveal(except);
  remember();
}

// --------------------------------------------------------------------------------- levels

const levelStages = Object.keys(model.levels)
  .map((level) => [level, stages.findLastIndex((stage) => stage.level === level)])
  .filter(([, stage]) => stage >= 0);
const closed = new Set(["registers", "llvm"]);

const CHUNK = 100;

// The lines of a text as HTML, in chunks of which the browser lays out only those in sight.
function codeLines(text) {
  const lines = linesOf(text).map((line, index) => {
    const keys = sourceLines(text.origins[index]);
    const data = keys.length ? ` data-lines="${keys.join(" ")}"` : "";
    return `<div class="line"${data}>${colorIR(line) || " "}</div>`;
  });
  let all = "";
  for (let start = 0; start < lines.length; start += CHUNK) {
    const chunk = lines.slice(start, start + CHUNK);
    all += `<div class="chunk" style="--lines:${chunk.length};counter-set:line ${start}">` +
      `${chunk.join("")}</div>`;
  }
  return all;
}

function fillPane(code, stage) {
  const text = piece(state.function, stage);
  if (text) html(code, codeLines(text));
  else {
    code.replaceChildren(
      element("p", { class: "empty" }, "There is no such function at this level."));
  }
  linesByKey = null;
}

function showLevels() {
  const panes = levelStages.map(([level, stage]) => {
    const code = element("div",
      { class: "code counted", tabindex: 0, "aria-label": model.levels[level] });
    const pane = element("section", { class: "pane", id: `pane-${level}` },
      element("div", { class: "bar" },
        element("button", { title: "open or close", onclick: () => {
          if (!closed.delete(level)) closed.add(level);
          pane.classList.toggle("closed", closed.has(level));
          if (!code.firstChild) fillPane(code, stage);
          if (state.line) link([heldKey()], true);
        } }, model.levels[level]),
        element("small", {}, `after ${stages[stage].name}`)),
      code);
    pane.classList.toggle("closed", closed.has(level));
    if (!closed.has(level)) fillPane(code, stage);
    return pane;
  });
  get("levels").replaceChildren(...panes);
  linesByKey = null;
}

// --------------------------------------------------------------------------------- passes

const MOST_EDITS = 1000;

// The longest common subsequence of lines, by Myers' greedy algorithm ("An O(ND) difference
// algorithm and its variations", 1986): rows [kind, number before, number after]. Texts that have
// little in common are not compared line by line.
function compare(before, after) {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let endA = before.length, endB = after.length;
  while (endA > start && endB > start && before[endA - 1] === after[endB - 1]) { endA--; endB--; }
  const rows = [];
  for (let i = 0; i < start; i++) rows.push([" ", i, i]);
  for (const [kind, x, y] of edits(before.slice(start, endA), after.slice(start, endB))) {
    rows.push([kind, x < 0 ? -1 : start + x, y < 0 ? -1 : start + y]);
  }
  for (let i = 0; endA + i < before.length; i++) rows.push([" ", endA + i, endB + i]);
  return rows;
}

function edits(a, b) {
  const most = Math.min(a.length + b.length, MOST_EDITS);
  const reach = new Int32Array(2 * most + 3);  // by diagonal, the furthest point in a
  const history = [];  // what it was before each number of edits
  let found = -1;
  for (let d = 0; d <= most && found < 0; d++) {
    history.push(reach.slice(most - d, most + d + 3));
    for (let k = -d; k <= d; k += 2) {
      const at = most + 1 + k;
      let x = k === -d || (k !== d && reach[at - 1] < reach[at + 1])
        ? reach[at + 1] : reach[at - 1] + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      reach[at] = x;
      if (x >= a.length && x - k >= b.length) { found = d; break; }
    }
  }
  if (found < 0) {
    return [...a.map((_, i) => ["-", i, -1]), ...b.map((_, i) => ["+", -1, i])];
  }
  const rows = [];
  let x = a.length, y = b.length;
  for (let d = found; d > 0; d--) {
    const then = (k) => history[d][k + d + 1];
    const k = x - y;
    const down = k === -d || (k !== d && then(k - 1) < then(k + 1));
    const fromX = then(down ? k + 1 : k - 1);
    const fromY = fromX - (down ? k + 1 : k - 1);
    while (x > fromX && y > fromY) rows.push([" ", --x, --y]);
    if (down) rows.push(["+", -1, --y]);
    else rows.push(["-", --x, -1]);
  }
  while (x > 0) rows.push([" ", --x, --y]);
  return rows.reverse();
}

const compared = new Map();

function difference(f, from, to) {
  const numbers = [model.functions[f].pieces[from], model.functions[f].pieces[to]];
  const key = numbers.join(" ");
  if (!compared.has(key)) {
    const [before, after] = numbers.map((n) => (n < 0 ? [] : linesOf(model.pieces[n])));
    compared.set(key, numbers[0] === numbers[1]
      ? before.map((_, i) => [" ", i, i]) : compare(before, after));
  }
  return compared.get(key);
}

function count(rows, kind) { return rows.reduce((sum, row) => sum + (row[0] === kind), 0); }

function showPasses() {
  const list = get("pass-list");
  list.replaceChildren();
  const longest = Math.max(...stages.map((stage) => stage.seconds));
  let level = "";
  stages.forEach((stage, index) => {
    if (stage.level !== level) {
      level = stage.level;
      list.append(element("div", { class: "level" }, model.levels[level]));
    }
    const what = element("div", { class: "what" });
    if (index > 0) {
      const changed = shown.filter(
        (f) => model.functions[f].pieces[index] !== model.functions[f].pieces[index - 1]);
      const rows = difference(state.function, index - 1, index);
      const [plus, minus] = [count(rows, "+"), count(rows, "-")];
      if (plus + minus) {
        what.append(element("span", { class: "plus" }, `+${plus}`),
          element("span", { class: "minus" }, `−${minus}`));
      } else what.append(element("span", { class: "same" }, "same"));
      what.append(element("span", { title: "functions that it changed" },
        `${changed.length}/${shown.length} ƒ`));
    }
    what.append(element("span", { class: "spring" }), milliseconds(stage.seconds));
    list.append(element("div", {
      class: "pass", role: "option", "data-stage": index,
      "aria-selected": String(index === state.to),
      title: `${(100 * stage.seconds / longest).toFixed(0)} % of the longest`,
      onclick: () => choosePass(index),
    }, element("div", {}, stage.name), what));
  });
  list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  for (const [id, value] of [["from", state.from], ["to", state.to]]) {
    fillStages(get(id));
    get(id).value = value;
  }
  showDiff();
}

function milliseconds(seconds) { return `${(1000 * seconds).toFixed(1)} ms`; }

function fillStages(select) {
  if (select.options.length) return;
  stages.forEach((stage, index) => select.append(new Option(`${index} ${stage.name}`, index)));
}

function choosePass(index) {
  state.to = index;
  state.from = Math.max(0, index - 1);
  state.graph = index;
  remember();
  show();
}

const CONTEXT = 4;
const MOST_ROWS = 2000;
let changeAt = -1;

function showDiff() {
  linesByKey = null;
  const rows = difference(state.function, state.from, state.to);
  const [before, after] = [state.from, state.to].map((stage) => piece(state.function, stage));
  const texts = [before, after].map((text) => (text ? linesOf(text) : []));
  get("diff-count").replaceChildren(
    element("span", { class: "plus" }, `+${count(rows, "+")}`), " ",
    element("span", { class: "minus" }, `−${count(rows, "-")}`));
  changeAt = -1;
  const body = element("tbody");
  const side = (kind, number, which) => {
    const missing = number < 0;
    const css = missing ? "gap" : kind === " " ? "" : which ? "added" : "removed";
    return [element("td", { class: `number ${css}` }, missing ? "" : String(number + 1)),
      html(element("td", { class: css }), missing ? "" : colorIR(texts[which][number]))];
  };
  const near = (index) => rows.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1)
    .some((row) => row[0] !== " ");
  const different = rows.some((row) => row[0] !== " ");
  for (let index = 0; index < rows.length;) {
    if (body.childElementCount > MOST_ROWS) {
      body.append(element("tr", { class: "skip" }, element("td", { colspan: 4 },
        `⋯ ${rows.length - index} more lines: too many to compare by eye`)));
      break;
    }
    if (different && !near(index)) {
      let end = index;
      while (end < rows.length && !near(end)) end++;
      const hidden = rows.slice(index, end);
      const skip = element("tr", { class: "skip", onclick: () => {
        linesByKey = null;
        skip.replaceWith(...hidden.map((row) => lineRow(row[0], row[1], row[2])));
      } }, element("td", { colspan: 4 }, `⋯ ${hidden.length} lines the same`));
      body.append(skip);
      index = end;
      continue;
    }
    if (rows[index][0] === " ") {
      body.append(lineRow(" ", rows[index][1], rows[index][2]));
      index++;
      continue;
    }
    // What goes and what comes stand beside each other.
    const removed = [], added = [];
    while (index < rows.length && rows[index][0] !== " ") {
      if (rows[index][0] === "-") removed.push(rows[index][1]);
      else added.push(rows[index][2]);
      index++;
    }
    for (let i = 0; i < Math.max(removed.length, added.length); i++) {
      const row = lineRow("!", removed[i] ?? -1, added[i] ?? -1);
      if (i === 0) row.classList.add("change");
      body.append(row);
    }
  }
  function lineRow(kind, left, right) {
    const keys = sourceLines((right >= 0 ? after : before)?.origins[right >= 0 ? right : left]);
    return element("tr", { "data-lines": keys.length ? keys.join(" ") : null },
      ...side(kind, left, 0), ...side(kind, right, 1));
  }
  const columns = element("colgroup", {}, ...["3.6em", "auto", "3.6em", "auto"].map(
    (width) => element("col", { style: `width: ${width}` })));
  get("diff").replaceChildren(before || after
    ? element("table", {}, columns, body)
    : element("p", { class: "empty" }, "There is no such function at either step."));
}

function goToChange(step) {
  const changes = [...get("diff").querySelectorAll("tr.change")];
  if (!changes.length) return;
  changes[changeAt]?.classList.remove("at");
  changeAt = Math.min(Math.max(changeAt + step, 0), changes.length - 1);
  changes[changeAt].classList.add("at");
  changes[changeAt].scrollIntoView({ block: "center" });
}

// ---------------------------------------------------------------------------------- graph

const LINE_HEIGHT = 16, CHARACTER = 6.7, WIDEST = 560, GAP_X = 36, GAP_Y = 44;

// Which edges lead back, and the blocks that are reached, every one before those it leads to.
function walkGraph(blocks) {
  const back = new Set();
  const mark = blocks.map(() => 0);
  const order = [];
  const pending = [[0, 0]];
  mark[0] = 1;
  while (pending.length) {
    const top = pending[pending.length - 1];
    const successors = blocks[top[0]].successors;
    if (top[1] < successors.length) {
      const next = successors[top[1]++];
      if (mark[next] === 1) back.add(`${top[0]} ${next}`);
      else if (mark[next] === 0) { mark[next] = 1; pending.push([next, 0]); }
    } else { mark[top[0]] = 2; order.push(top[0]); pending.pop(); }
  }
  return { back, order: order.reverse() };
}

// Layers by longest path without the edges that lead back; edges pass the layers between through
// points of their own; the order within layers follows the middle of the neighbours (Sugiyama,
// Tagawa and Toda, 1981). Gives each block its place, and each edge the points that it passes.
function layOut(blocks) {
  const { back, order } = walkGraph(blocks);
  const layer = blocks.map(() => 0);
  for (const b of order) {
    for (const next of blocks[b].successors) {
      if (!back.has(`${b} ${next}`)) layer[next] = Math.max(layer[next], layer[b] + 1);
    }
  }
  const layers = [];
  for (const b of order) (layers[layer[b]] ??= []).push(blocks[b]);
  const points = new Map();
  for (const node of blocks) { node.above = []; node.below = []; }
  const join = (upper, lower) => { upper.below.push(lower); lower.above.push(upper); };
  for (const b of order) {
    for (const next of blocks[b].successors) {
      if (back.has(`${b} ${next}`)) continue;
      const passed = [];
      let from = blocks[b];
      for (let l = layer[b] + 1; l < layer[next]; l++) {
        const point = { width: 12, height: 0, x: 0, y: 0, above: [], below: [] };
        layers[l].push(point);
        join(from, point);
        passed.push(point);
        from = point;
      }
      join(from, blocks[next]);
      points.set(`${b} ${next}`, passed);
    }
  }
  const middle = (node) => node.x + node.width / 2;
  const mean = (nodes) => nodes.reduce((sum, node) => sum + middle(node), 0) / nodes.length;
  const spread = (row, wanted) => {
    const places = new Map(row.map((node) => [node, wanted(node)]));
    row.sort((a, b) => places.get(a) - places.get(b));
    let x = 12;
    for (const node of row) {
      node.x = Math.max(x, places.get(node) - node.width / 2);
      x = node.x + node.width + GAP_X;
    }
    // What was pushed to the right goes back as far as its neighbours let it.
    let limit = Infinity;
    for (const node of [...row].reverse()) {
      const best = Math.max(12, places.get(node) - node.width / 2);
      if (node.x > best && limit === Infinity) limit = node.x + node.width;
      node.x = Math.min(node.x, limit - node.width);
      limit = node.x - GAP_X;
    }
  };
  for (const row of layers) spread(row, (node) => (node.above.length ? mean(node.above) : 300));
  for (let turn = 0; turn < 3; turn++) {
    for (const row of [...layers].reverse()) {
      spread(row, (node) => (node.below.length ? mean(node.below) : middle(node)));
    }
    for (const row of layers) {
      spread(row, (node) => (node.above.length ? mean(node.above) : middle(node)));
    }
  }
  let y = 12;
  for (const row of layers) {
    const height = Math.max(...row.map((node) => node.height));
    for (const node of row) { node.y = y; if (!node.successors) node.height = height; }
    y += height + GAP_Y;
  }
  const left = Math.min(...layers.flat().map((node) => node.x)) - 12;
  for (const node of layers.flat()) node.x -= left;
  return { back, order, points };
}

function showGraph() {
  linesByKey = null;
  fillStages(get("graph-stage"));
  get("graph-stage").value = state.graph;
  const canvas = get("canvas");
  const text = piece(state.function, state.graph);
  if (!text || !text.blocks.length) {
    get("graph-count").textContent = "";
    canvas.replaceChildren(element("p", { class: "empty" },
      text ? "This text has no basic blocks." : "There is no such function at this step."));
    return;
  }
  const lines = linesOf(text);
  const blocks = text.blocks.map(([first, last, successors], number) => {
    const numbers = Array.from({ length: last - first + 1 }, (_, i) => first + i)
      .filter((i) => !/^\s*\^[\w]+.*:$/.test(lines[i]));
    const label = number ? (lines[first].match(/^\s*(\^\w+(?:\(.*\))?):?$/)?.[1] ?? `block ${number}`) : "entry";
    const longest = Math.max(label.length, ...numbers.map((i) => lines[i].trim().length));
    return { label, numbers, successors, x: 0, y: 0,
      width: Math.min(WIDEST, Math.ceil(longest * CHARACTER) + 20),
      height: (numbers.length + 1) * LINE_HEIGHT + 4 };
  });
  const { back, order: reached, points } = layOut(blocks);
  const svgNamespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(svgNamespace, "svg");
  svg.innerHTML = '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" ' +
    'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>';
  const drawing = element("div", { id: "drawing" });
  let right = 0, bottom = 0;
  for (const b of reached) {
    const { x, y, width, height, label, numbers, successors } = blocks[b];
    drawing.append(element("div", { class: "block", "data-block": b,
      style: `left:${x}px;top:${y}px;width:${width}px;height:${height}px` },
      element("h3", {}, label),
      ...numbers.map((i) => {
        const keys = sourceLines(text.origins[i]);
        return html(element("div", { class: "line", title: lines[i].trim(),
          "data-lines": keys.length ? keys.join(" ") : null }), colorIR(lines[i].trim()));
      })));
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
    successors.forEach((next, which) => {
      const to = blocks[next];
      const startX = x + width * (which + 1) / (successors.length + 1);
      const startY = y + height;
      const path = document.createElementNS(svgNamespace, "path");
      if (back.has(`${b} ${next}`)) {
        const side = Math.max(x + width, to.x + to.width) + 22;
        right = Math.max(right, side + 8);
        path.setAttribute("d", `M${startX} ${startY}v10H${side}V${to.y - 12}` +
          `H${to.x + to.width * 3 / 4}v11`);
        path.setAttribute("class", "back");
      } else {
        let way = `M${startX} ${startY}`;
        let fromX = startX, fromY = startY;
        for (const at of [...points.get(`${b} ${next}`), { x: to.x + to.width / 2 - 6, y: to.y }]) {
          const x = at.x + 6;
          way += `C${fromX} ${fromY + GAP_Y / 2} ${x} ${at.y - GAP_Y / 2} ${x} ${at.y - 1}`;
          if (at.height) way += `V${at.y + at.height}`;
          [fromX, fromY] = [x, at.y + (at.height ?? 0)];
        }
        path.setAttribute("d", way);
      }
      path.setAttribute("marker-end", "url(#arrow)");
      svg.append(path);
    });
  }
  drawing.prepend(svg);
  svg.setAttribute("width", right);
  svg.setAttribute("height", bottom);
  drawing.style.width = `${right + 12}px`;
  drawing.style.height = `${bottom + 12}px`;
  canvas.replaceChildren(drawing);
  drawing.style.zoom = state.zoom;
  const edges = reached.reduce((sum, b) => sum + blocks[b].successors.length, 0);
  const counted = (number, name) => `${number} ${name}${number === 1 ? "" : "s"}`;
  get("graph-count").textContent = `${counted(reached.length, "block")}, ${counted(edges, "edge")}`;
}

function zoom(factor) {
  state.zoom = Math.min(3, Math.max(0.25, state.zoom * factor));
  const drawing = get("drawing");
  if (drawing) drawing.style.zoom = state.zoom;
}

// --------------------------------------------------------------------------------- timing

function showTiming() {
  const total = stages.reduce((sum, stage) => sum + stage.seconds, 0);
  const rows = stages.map((stage) => element("tr", {},
    element("td", {}, stage.name),
    element("td", {}, model.levels[stage.level]),
    element("td", {}, milliseconds(stage.seconds)),
    element("td", {}, `${(100 * stage.seconds / total).toFixed(1)} %`),
    element("td", { class: "share" },
      element("i", { style: `width:${100 * stage.seconds / total}%` }))));
  get("timing").replaceChildren(element("table", {},
    element("thead", {}, element("tr", {}, ...["step", "makes", "time", "share", ""].map(
      (title) => element("th", {}, title)))),
    element("tbody", {}, ...rows, element("tr", {}, element("th", {}, "total"), element("td"),
      element("th", {}, milliseconds(total))))));
}

// --------------------------------------------------------------------------- the whole page

const SHOW = { levels: showLevels, passes: showPasses, graph: showGraph, timing: showTiming };

function show() {
  for (const view of VIEWS) {
    get(view).hidden = view !== state.view;
    get(`tab-${view}`).setAttribute("aria-selected", String(view === state.view));
  }
  get("function").value = state.function;
  const tier = model.functions[state.function].tier;
  get("tier").textContent = tier;
  get("tier").hidden = !tier;
  showSource();
  SHOW[state.view]();
  if (state.line) link([heldKey()], true);
}

function remember() {
  const address = new URLSearchParams({
    function: model.functions[state.function].name, view: state.view,
    from: state.from, to: state.to, graph: state.graph, line: state.line,
  });
  history.replaceState(null, "", `#${address}`);
}

function recall() {
  const address = new URLSearchParams(location.hash.slice(1));
  const name = address.get("function");
  const found = model.functions.findIndex((f) => f.name && f.name === name);
  if (found >= 0) state.function = found;
  if (VIEWS.includes(address.get("view"))) state.view = address.get("view");
  for (const key of ["from", "to", "graph"]) {
    const number = Number(address.get(key) ?? NaN);
    if (Number.isInteger(number) && stages[number]) state[key] = number;
  }
  state.line = Number(address.get("line")) || 0;
}

function chooseFunction(f) {
  state.function = f;
  state.line = 0;
  link([], false);
  showFacts("");
  show();
  const place = places[f];
  if (place) {
    get("source").querySelector(`[data-number="${place.first}"]`)?.scrollIntoView(
      { block: "center" });
  }
  remember();
}

function chooseView(view) {
  state.view = view;
  show();
  remember();
}

function nextFunction(step) {
  const at = shown.indexOf(state.function);
  chooseFunction(shown[(at + step + shown.length) % shown.length]);
}

function nextLine(step) {
  const count = model.files[sourceFile].text.split("\n").length;
  const start = state.line || (places[state.function]?.first ?? 1) - step;
  hold(Math.min(Math.max(start + step, 1), count), null);
}

function toggleTheme() {
  const root = document.documentElement;
  const now = root.dataset.theme ??
    (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  root.dataset.theme = now === "dark" ? "light" : "dark";
}

const KEYS = {
  1: () => chooseView("levels"),
  2: () => chooseView("passes"),
  3: () => chooseView("graph"),
  4: () => chooseView("timing"),
  j: () => choosePass(Math.min(stages.length - 1, state.to + 1)),
  k: () => choosePass(Math.max(1, state.to - 1)),
  n: () => goToChange(1),
  p: () => goToChange(-1),
  "[": () => nextFunction(-1),
  "]": () => nextFunction(1),
  f: () => get("function").focus(),
  a: toggleNotes,
  t: toggleTheme,
  "+": () => zoom(1.25),
  "=": () => zoom(1.25),
  "-": () => zoom(0.8),
  "?": () => get("keys").showModal(),
  Escape: () => hold(0, null),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || get("keys").open) return;
  if (event.target.closest("select") && event.key !== "Escape") return;
  const inList = event.target.closest("#pass-list");
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (step && inList) KEYS[step > 0 ? "j" : "k"]();
  else if (step && !event.target.closest(".view, #facts")) nextLine(step);
  else if (event.key in KEYS) KEYS[event.key]();
  else return;
  event.preventDefault();
});

for (const f of shown) get("function").append(new Option(model.functions[f].name, f));
get("function").addEventListener("change", (event) => {
  chooseFunction(Number(event.target.value));
  event.target.blur();
});
for (const view of VIEWS) get(`tab-${view}`).addEventListener("click", () => chooseView(view));
for (const id of ["from", "to"]) {
  get(id).addEventListener("change", (event) => {
    state[id] = Number(event.target.value);
    show();
    remember();
  });
}
get("graph-stage").addEventListener("change", (event) => {
  state.graph = Number(event.target.value);
  show();
  remember();
});
get("previous-change").addEventListener("click", () => goToChange(-1));
get("next-change").addEventListener("click", () => goToChange(1));
get("zoom-in").addEventListener("click", () => zoom(1.25));
get("zoom-out").addEventListener("click", () => zoom(0.8));
get("notes").addEventListener("click", toggleNotes);
get("theme").addEventListener("click", toggleTheme);
get("help").addEventListener("click", () => get("keys").showModal());
for (const [kind, text] of Object.entries(model.kinds)) {
  get("legend").append(element("span", { class: kind, title: text },
    element("span", { class: "kind" }), text.split(":")[0]));
}

state.function = shown.find((f) => places[f]?.file === 0) ?? shown[0] ?? 0;
state.graph = levelStages.find(([level]) => level === "ssa")?.[1] ?? 0;
recall();
showFacts("");
show();
if (state.line) hold(state.line, null);
document.documentElement.dataset.ready = "yes";
