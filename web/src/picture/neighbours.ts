// The pictures before and after this one in what was found last: as the library shows it, or, where the page began with this
// picture, as the server finds it.
import { signal } from '@preact/signals';
import { call, type Neighbours } from '../api';
import { neighboursOf } from '../library/neighbours';
import { askedOf } from '../library/state';
import { found, go } from '../router';
import { questionOf } from '../search/question';
import { may } from '../session';

export interface Near extends Neighbours {
  index: number;
}
export const neighbours = signal<Near | undefined>(undefined);

async function inLibrary(id: string): Promise<Near | undefined> {
  const near = await neighboursOf(id);
  return near && { previous: near.before ?? null, next: near.after ?? null, index: near.index, total: near.count };
}

async function onServer(id: string): Promise<Near | undefined> {
  const asked = askedOf(questionOf(new URLSearchParams(found.value)));
  const near = await call<Neighbours>(`/api/pictures/${id}/neighbours`, { query: { ...asked, held: may('review') || undefined } });
  return near.index === null ? undefined : { ...near, index: near.index };
}

/** None where the picture is not among what was found: it was come to another way. */
export async function look(id: string): Promise<void> {
  const near = (await inLibrary(id).catch(() => undefined)) ?? (await onServer(id).catch(() => undefined));
  neighbours.value = near;
  for (const next of [near?.next, near?.previous]) if (next) new Image().src = `/api/pictures/${next}/thumbnail`;
}

const towards = (way: 1 | -1) => (way > 0 ? neighbours.value?.next : neighbours.value?.previous);

export const step = Object.assign(
  (way: 1 | -1) => {
    const id = towards(way);
    if (id) go(`/pictures/${id}`, true);
  },
  { can: (way: 1 | -1) => Boolean(towards(way)) },
);
