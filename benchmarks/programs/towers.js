const { serve } = require("./harness");

class Towers {
  constructor() {
    this.piles = [null, null, null];
    this.moved = 0;
  }

  push(pile, disk) {
    const top = this.piles[pile];
    if (top !== null && disk.size >= top.size) throw new Error("a big disk on a small one");
    disk.next = top;
    this.piles[pile] = disk;
  }

  pop(pile) {
    const top = this.piles[pile];
    this.piles[pile] = top.next;
    top.next = null;
    return top;
  }

  moveDisks(disks, from, to) {
    if (disks === 1) {
      this.push(to, this.pop(from));
      this.moved += 1;
      return;
    }
    const other = 3 - from - to;
    this.moveDisks(disks - 1, from, other);
    this.push(to, this.pop(from));
    this.moved += 1;
    this.moveDisks(disks - 1, other, to);
  }
}

function run(disks) {
  const towers = new Towers();
  for (let size = disks; size > 0; size--) towers.push(0, { size, next: null });
  towers.moveDisks(disks, 0, 1);
  return towers.moved;
}

serve(run);
