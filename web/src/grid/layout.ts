// Rows of pictures of one height that fill the width: pure numbers, so that 100,000 pictures are laid out in a few
// milliseconds and only what is in sight becomes elements.

export interface Row {
  top: number;
  height: number;
  first: number; // index of the first picture in it
  count: number;
}

export interface Layout {
  rows: Row[];
  height: number;
  width: number;
  gap: number;
}

const LEAST_RATIO = 0.4;
const MOST_RATIO = 4;

export function shownRatio(ratio: number): number {
  return Math.min(MOST_RATIO, Math.max(LEAST_RATIO, ratio));
}

const MOST_HEIGHT = 15_000_000; // pixels; browsers stop at 17 to 33 million

/** ratios: width over height of each picture. target: the height that rows come near to; lower where browsers could not show
 * so long a page. */
export function layOut(ratios: Float32Array, width: number, target: number, gap: number): Layout {
  const layout = fill(ratios, width, target, gap);
  return layout.height > MOST_HEIGHT && target > 20 ? layOut(ratios, width, target * 0.7, gap) : layout;
}

function fill(ratios: Float32Array, width: number, target: number, gap: number): Layout {
  const rows: Row[] = [];
  let top = 0;
  let first = 0;
  let sum = 0;
  for (let i = 0; i < ratios.length; i++) {
    sum += shownRatio(ratios[i]!);
    const count = i - first + 1;
    const height = (width - gap * (count - 1)) / sum;
    if (height > target && i + 1 < ratios.length) continue;
    const shown = Math.min(height, target * 1.2);
    rows.push({ top, height: shown, first, count });
    top += shown + gap;
    first = i + 1;
    sum = 0;
  }
  return { rows, height: Math.max(0, top - gap), width, gap };
}

/** The rows that cross [from, to): first index and one past the last. */
export function rowsBetween(layout: Layout, from: number, to: number): [number, number] {
  const { rows } = layout;
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle]!;
    if (row.top + row.height < from) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < rows.length && rows[end]!.top < to) end++;
  return [low, end];
}

export function rowOf(layout: Layout, index: number): number {
  const { rows } = layout;
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (rows[middle]!.first <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Left edge and width of each picture of a row. */
export function cellsOf(layout: Layout, row: Row, ratios: Float32Array): { left: number; width: number }[] {
  const cells = [];
  let left = 0;
  for (let i = row.first; i < row.first + row.count; i++) {
    const width = shownRatio(ratios[i]!) * row.height;
    cells.push({ left, width });
    left += width + layout.gap;
  }
  return cells;
}

/** The picture in the next row (down) or the one before (up) whose middle is nearest to this one's. */
export function neighbour(layout: Layout, ratios: Float32Array, index: number, down: boolean): number {
  const at = rowOf(layout, index);
  const next = layout.rows[down ? at + 1 : at - 1];
  const row = layout.rows[at];
  if (!next || !row) return index;
  const own = cellsOf(layout, row, ratios)[index - row.first]!;
  const middle = own.left + own.width / 2;
  let best = 0;
  let distance = Infinity;
  cellsOf(layout, next, ratios).forEach((cell, i) => {
    const d = Math.abs(cell.left + cell.width / 2 - middle);
    if (d < distance) [best, distance] = [i, d];
  });
  return next.first + best;
}
