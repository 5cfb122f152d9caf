// One picture, and what is done to it. Every change answers with the picture as it is then, and can be taken back.
import { batch, computed, signal } from '@preact/signals';
import { call, type Edit, type History, type Picture, type Tag } from '../api';
import { language } from '../i18n';
import { may } from '../session';
import { watch, unwatch } from '../upload/watch';

export const picture = signal<Picture | undefined>(undefined);
export const trouble = signal<unknown>(undefined);
/** The tag whose boxes are shown strongly; pointing at either finds the other. */
export const pointed = signal<string | undefined>(undefined);
/** Newest first; read when somebody wants to see it or something was changed. */
export const history = signal<History['lines'] | undefined>(undefined);

export interface Done {
  what: string; // for people
  undo: () => Promise<unknown>;
}

/** What was done here and can be taken back, latest last. */
export const done = signal<Done[]>([]);

export const taggable = computed(() => may('write') || may('review'));

let followed = '';

/** A picture that is not tagged yet comes again when it is. */
function follow(now: Picture): void {
  if (followed) unwatch(followed);
  followed = now.state === 'pending' ? now.id : '';
  if (followed) watch(followed, () => void load(now.id));
}

export async function load(id: string): Promise<void> {
  batch(() => {
    if (picture.value?.id !== id) {
      picture.value = undefined;
      history.value = undefined;
      done.value = [];
    }
    trouble.value = undefined;
  });
  try {
    const query = { lang: language.value, rejected: true, held: may('review') || undefined };
    picture.value = await call<Picture>(`/api/pictures/${id}`, { query });
    follow(picture.value);
  } catch (reason) {
    trouble.value = reason;
  }
}

export function leave(): void {
  if (followed) unwatch(followed);
  followed = '';
}

export async function loadHistory(): Promise<void> {
  const id = picture.value!.id;
  const { lines } = await call<History>(`/api/pictures/${id}/history`, { query: { lang: language.value } });
  if (picture.value?.id === id) history.value = lines;
}

/** Tried; what goes wrong stands on the page, and the picture is read again in any case. */
async function attempt(change: (now: Picture) => Promise<unknown>): Promise<boolean> {
  const now = picture.value!;
  let reason: unknown;
  try {
    await change(now);
  } catch (found) {
    reason = found;
  }
  await load(now.id);
  if (reason !== undefined) trouble.value = reason;
  return reason === undefined;
}

/** What the ledger calls the wish that was just fulfilled: its batch takes it back. */
async function batchSince(last: number): Promise<string | null> {
  await loadHistory();
  const newest = history.value?.[0];
  return newest && newest.seq > last ? newest.batch : null;
}

function note(what: string, batchId: string | null): void {
  if (!batchId) return;
  const undo = () => call(`/api/batches/${batchId}/undo`, { method: 'POST' });
  done.value = [...done.value, { what, undo }];
}

export async function edit(edits: Edit[], what: string): Promise<boolean> {
  if (!history.value) await loadHistory();
  const last = history.value?.[0]?.seq ?? 0;
  const ok = await attempt(({ id, version }) => call(`/api/pictures/${id}/tags`, { method: 'POST', body: { edits }, version }));
  if (ok) note(what, await batchSince(last));
  return ok;
}

/** Name of a tag in edits: an id, or what it is kept under. */
export const nameOf = (tag: Tag) => tag.concept ?? tag.key;

export type Box = [number, number, number, number];
export const boxesOf = (tag: Tag) => tag.boxes as Box[];

export function putBoxes(tag: Tag, boxes: Box[], what: string): Promise<boolean> {
  return edit([{ action: 'add', tag: nameOf(tag), boxes }], what);
}

export type Texts = Partial<Record<'title' | 'description' | 'alt', string>>;

export async function write(texts: Texts, what: string): Promise<boolean> {
  const { id, made, ...now } = picture.value!;
  const before: Texts = {};
  for (const name of Object.keys(texts) as (keyof Texts)[]) before[name] = made.includes(name) ? '' : now[name];
  const put = (body: Texts, version?: number) => call(`/api/pictures/${id}`, { method: 'PATCH', body, version });
  const ok = await attempt(({ version }) => put(texts, version));
  if (ok) done.value = [...done.value, { what, undo: () => put(before) }];
  return ok;
}

export async function moderate(verdict: 'release' | 'reject'): Promise<void> {
  await attempt(({ id }) => call(`/api/pictures/${id}/verdict`, { method: 'POST', body: { verdict } }));
}

export async function retag(preset: string, what: string): Promise<boolean> {
  if (!history.value) await loadHistory();
  const last = history.value?.[0]?.seq ?? 0;
  const ok = await attempt(({ id }) => call(`/api/pictures/${id}/retag`, { method: 'POST', body: { preset, reset: true } }));
  if (ok) note(what, await batchSince(last));
  return ok;
}

async function undoOne(): Promise<void> {
  const latest = done.value.at(-1);
  if (!latest) return;
  done.value = done.value.slice(0, -1);
  await attempt(latest.undo);
  if (history.value) await loadHistory();
}

let undoing = Promise.resolve();

/** One after the other, however fast they are wished for: what was done before must not be taken back first. */
export function undo(): Promise<void> {
  undoing = undoing.then(undoOne).catch((reason: unknown) => void (trouble.value = reason));
  return undoing;
}

export async function remove(): Promise<boolean> {
  const { id } = picture.value!;
  try {
    await call(`/api/pictures/${id}`, { method: 'DELETE' });
    return true;
  } catch (reason) {
    trouble.value = reason;
    return false;
  }
}

export function byFacet(tags: readonly Tag[]): [string, Tag[]][] {
  const facets = new Map<string, Tag[]>();
  for (const tag of tags) {
    const list = facets.get(tag.facet);
    if (list) list.push(tag);
    else facets.set(tag.facet, [tag]);
  }
  return [...facets];
}
