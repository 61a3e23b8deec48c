// The protocol of harness.grok.

const fs = require("fs");

/** A line of standard input without its newline; null at the end. */
function readLine() {
  const byte = Buffer.alloc(1);
  let line = "";
  while (fs.readSync(0, byte, 0, 1, null) === 1) {
    if (byte[0] === 10) return line;
    line += String.fromCharCode(byte[0]);
  }
  return null;
}

const show = (result) => fs.writeSync(1, `${result}\n`);

exports.serve = (run) => {
  if (process.argv.length > 2) {
    show(run(Number(process.argv[2])));
    return;
  }
  show("ready");
  for (let size = readLine(); size !== null; size = readLine()) show(run(Number(size)));
};
