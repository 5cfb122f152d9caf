// What the wall shows of single pictures, fetched for the stretch in sight; what has been scrolled past is not waited for.
import { signal } from '@preact/signals';
import { call, type Cell } from '../api';
import { language } from '../i18n';

const CHUNK = 64; // pictures asked for at once
const MOST = 200; // that one request may name
const KEPT = 6000;
const PAUSE = 80; // ms between two looks at what is wanted, while somebody scrolls

/** Grows as cells come; who shows cells reads it. */
export const arrived = signal(0);

const known = new Map<number, Cell>();
const gone = new Set<number>();
const underway = new Map<number, AbortController>(); // by number of the chunk

let numbers: Uint32Array = new Uint32Array(0);
let wanted: [number, number] = [0, 0];
let timer: number | undefined;
let last = -PAUSE;

export function cellOf(number: number): Cell | undefined {
  return known.get(number);
}

/** One that was not tagged yet is asked for again: it may be by now. */
function isKnown(number: number): boolean {
  const cell = known.get(number);
  return cell !== undefined && cell.state !== 'pending';
}

function keep(cells: readonly Cell[]): void {
  for (const cell of cells) known.set(cell.number, cell);
  for (const number of known.keys()) {
    if (known.size <= KEPT) break;
    known.delete(number);
  }
  arrived.value++;
}

async function ask(wish: readonly number[], stop?: AbortSignal): Promise<Cell[]> {
  const query = { numbers: wish.join(','), lang: language.value };
  const { cells } = await call<{ cells: Cell[] }>('/api/cells', { query, signal: stop });
  return cells;
}

async function fetchChunk(chunk: number): Promise<void> {
  const wish = [...numbers.subarray(chunk * CHUNK, (chunk + 1) * CHUNK)].filter((n) => !isKnown(n) && !gone.has(n));
  if (!wish.length) return;
  const stop = new AbortController();
  underway.set(chunk, stop);
  try {
    const cells = await ask(wish, stop.signal);
    const there = new Set(cells.map((cell) => cell.number));
    for (const number of wish) if (!there.has(number)) gone.add(number);
    keep(cells);
  } catch {
    // Scrolled past, or the server is away: the next look at the wall asks again.
  } finally {
    if (underway.get(chunk) === stop) underway.delete(chunk);
  }
}

function look(): void {
  timer = undefined;
  last = performance.now();
  const first = Math.floor(wanted[0] / CHUNK);
  const end = Math.ceil(wanted[1] / CHUNK);
  for (const [chunk, stop] of underway) {
    if (chunk < first - 1 || chunk > end) {
      stop.abort();
      underway.delete(chunk);
    }
  }
  for (let chunk = first; chunk < end; chunk++) if (!underway.has(chunk)) void fetchChunk(chunk);
}

/** These pictures of the result are in sight. */
export function want(of: Uint32Array, first: number, end: number): void {
  if (of !== numbers) {
    for (const stop of underway.values()) stop.abort();
    underway.clear();
    numbers = of;
  }
  wanted = [first, end];
  if (timer !== undefined) return;
  const wait = last + PAUSE - performance.now();
  if (wait <= 0) look();
  else timer = window.setTimeout(look, wait);
}

/** What is known is of another language, or was changed. */
export function forget(): void {
  known.clear();
  gone.clear();
}

/** The cells of these pictures, whether in sight or not; those that have gone are left out. */
export async function cellsOf(wish: readonly number[]): Promise<Cell[]> {
  const missing = wish.filter((number) => !known.has(number));
  const fetched = new Map<number, Cell>();
  for (let at = 0; at < missing.length; at += MOST) {
    for (const cell of await ask(missing.slice(at, at + MOST))) fetched.set(cell.number, cell);
  }
  return wish.flatMap((number) => known.get(number) ?? fetched.get(number) ?? []);
}
