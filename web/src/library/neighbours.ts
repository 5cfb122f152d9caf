// From one picture to the next of the result that the library shows, for the picture page.
import { cellsOf } from './cells';
import { result } from './state';

// Where the library was left: the picture that was opened, to come back to.
let index = 0;
let isAway = false;

export function leaveFor(picture: number): void {
  index = picture;
  isAway = true;
}

/** Index of the picture to show on coming back; 0 on any other way in. */
export function comeBack(): number {
  const to = isAway && index < result.value.numbers.length ? index : 0;
  isAway = false;
  return to;
}

export interface Neighbours {
  index: number; // of the picture, from 0
  count: number;
  before: string | undefined; // ids
  after: string | undefined;
}

/** The picture's neighbours in the result last shown; undefined: it is not in it (a link from elsewhere). */
export async function neighboursOf(id: string): Promise<Neighbours | undefined> {
  const { numbers } = result.value;
  for (const at of [index, index - 1, index + 1]) {
    const own = numbers[at];
    if (own === undefined) continue;
    const around = [numbers[at - 1], own, numbers[at + 1]].filter((n): n is number => n !== undefined);
    const cells = await cellsOf(around);
    if (cells.find((cell) => cell.number === own)?.id !== id) continue;
    const idOf = (number: number | undefined) => cells.find((cell) => cell.number === number)?.id;
    leaveFor(at);
    return { index: at, count: numbers.length, before: idOf(numbers[at - 1]), after: idOf(numbers[at + 1]) };
  }
  return undefined;
}
