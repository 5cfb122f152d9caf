// Which pictures are chosen, by their numbers: a hundred thousand are as easily chosen as one.
import { computed, signal } from '@preact/signals';
import { cellsOf } from './cells';
import { result } from './state';

export const selected = signal<ReadonlySet<number>>(new Set());

/** Everything that the question finds is chosen: a change can name the question instead of the pictures. */
export const allSelected = computed(() => selected.value.size > 0 && selected.value.size === result.value.total);

let anchor = 0; // where a range begins

export type How = 'one' | 'more' | 'range';

export function select(index: number, how: How): void {
  const { numbers } = result.value;
  const number = numbers[index];
  if (number === undefined) return;
  const chosen = new Set(how === 'one' ? [] : selected.value);
  if (how === 'range') {
    const [low, high] = anchor < index ? [anchor, index] : [index, anchor];
    for (const one of numbers.subarray(low, high + 1)) chosen.add(one);
  } else {
    anchor = index;
    if (!chosen.delete(number)) chosen.add(number);
  }
  selected.value = chosen;
}

/** The next range begins here. */
export function anchorAt(index: number): void {
  anchor = index;
}

export function selectAll(): void {
  selected.value = new Set(result.value.numbers);
}

export function selectNone(): void {
  selected.value = new Set();
}

/** The ids of the chosen pictures, in the order of the result. */
export async function selectedIds(): Promise<string[]> {
  const chosen = [...result.value.numbers].filter((number) => selected.value.has(number));
  return (await cellsOf(chosen)).map((cell) => cell.id);
}
