// Boxes under a hand: moved, taken by a corner or an edge, drawn. Numbers only; always within the picture.
import type { Box } from './state';
import type { Size } from './view';

/** Which edges a handle moves: "nw" the upper left corner, "e" the right edge, "move" all. */
export type Grip = 'nw' | 'n' | 'ne' | 'e' | 'se' | 's' | 'sw' | 'w' | 'move';
export const grips: Exclude<Grip, 'move'>[] = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'];

const LEAST = 4; // pixels of the picture

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

export function moved([x, y, width, height]: Box, dx: number, dy: number, grip: Grip, all: Size): Box {
  if (grip === 'move') return [clamp(x + dx, 0, all.width - width), clamp(y + dy, 0, all.height - height), width, height];
  let [left, top, right, bottom] = [x, y, x + width, y + height];
  if (grip.includes('w')) left = clamp(left + dx, 0, right - LEAST);
  if (grip.includes('e')) right = clamp(right + dx, left + LEAST, all.width);
  if (grip.includes('n')) top = clamp(top + dy, 0, bottom - LEAST);
  if (grip.includes('s')) bottom = clamp(bottom + dy, top + LEAST, all.height);
  return [left, top, right - left, bottom - top];
}

export function between([ax, ay]: [number, number], [bx, by]: [number, number], all: Size): Box | undefined {
  const [left, right] = [clamp(Math.min(ax, bx), 0, all.width), clamp(Math.max(ax, bx), 0, all.width)];
  const [top, bottom] = [clamp(Math.min(ay, by), 0, all.height), clamp(Math.max(ay, by), 0, all.height)];
  return right - left >= LEAST && bottom - top >= LEAST ? [left, top, right - left, bottom - top] : undefined;
}

export function place([x, y, width, height]: Box, grip: Exclude<Grip, 'move'>): [number, number] {
  const across = grip.includes('w') ? 0 : grip.includes('e') ? 1 : 0.5;
  const down = grip.includes('n') ? 0 : grip.includes('s') ? 1 : 0.5;
  return [x + width * across, y + height * down];
}
