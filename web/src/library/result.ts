// What a question finds, whole: number, shape, day and colour of every picture, in order. Cells are fetched as they come into
// sight (cells.ts).
import { bytes, type Ask } from '../api';

export interface Result {
  total: number; // may be more than are here: the server gives the first 200,000
  numbers: Uint32Array;
  ratios: Float32Array; // width over height
  days: Uint16Array; // taken; 1 is 1900-01-01, 0 unknown
  colours: Int8Array; // three of each: L (-1: unknown), a, b
}

const VERSION = 1;

export const nothing: Result = readResult(new Uint32Array([VERSION, 0, 0]).buffer);

export function readResult(answer: ArrayBuffer): Result {
  const [version, total = 0, count = 0] = new Uint32Array(answer, 0, 3);
  if (version !== VERSION) throw new Error('The server speaks another version of this page: load it anew.');
  let at = 12;
  const numbers = new Uint32Array(answer, at, count);
  const thousandths = new Uint16Array(answer, (at += 4 * count), count);
  const days = new Uint16Array(answer, (at += 2 * count), count);
  const colours = new Int8Array(answer, at + 2 * count, 3 * count);
  const ratios = new Float32Array(count);
  for (let i = 0; i < count; i++) ratios[i] = thousandths[i]! / 1000;
  return { total, numbers, ratios, days, colours };
}

export async function fetchResult(query: NonNullable<Ask['query']>, signal: AbortSignal): Promise<Result> {
  return readResult(await bytes('/api/layout', { query, signal }));
}

const FIRST_DAY = Date.UTC(1900, 0, 1);

export function yearOf(day: number): number {
  return new Date(FIRST_DAY + (day - 1) * 86400000).getUTCFullYear();
}

export function monthOf(day: number): string {
  return new Date(FIRST_DAY + (day - 1) * 86400000).toISOString().slice(0, 7);
}

/** The picture's main colour, for the place where it is about to be. */
export function colourOf(result: Result, index: number): string {
  const lightness = result.colours[3 * index]!;
  if (lightness < 0) return '';
  return `lab(${lightness} ${result.colours[3 * index + 1]!} ${result.colours[3 * index + 2]!})`;
}
