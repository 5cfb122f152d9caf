// What is done to many pictures at once: tried first, then done to exactly what was shown, and taken back on demand.
import { signal } from '@preact/signals';
import { call, download } from '../api';
import type { components } from '../openapi';

type Schemas = components['schemas'];
export type Edit = Schemas['Edit'];
export type Result = Schemas['BulkEditResult'];
export type Format = 'csv' | 'json' | 'coco' | 'xmp';

/** Which pictures: these numbers of a layout, or all that is asked for. */
export interface Choice {
  numbers?: readonly number[];
  asked: Record<string, string | number>;
}

/** The change that was made last, for as long as it is offered to be taken back. */
export const last = signal<{ batch: string; pictures: number } | undefined>(undefined);

interface Which {
  numbers?: readonly number[];
  query?: string;
  text?: string;
  similar?: string;
  colour?: string;
}

const words = ['text', 'similar', 'colour'] as const;

/** For the server; a question without words is one for everything. */
export function whichOf({ numbers, asked }: Choice): Which {
  if (numbers) return { numbers };
  const which: Which = {};
  if (asked['q']) which.query = String(asked['q']);
  for (const name of words) if (asked[name]) which[name] = String(asked[name]);
  return Object.keys(which).length ? which : { query: '*' };
}

export async function preview(choice: Choice, edits: readonly Edit[], signal: AbortSignal): Promise<Result> {
  return call<Result>('/api/tags/edit', { method: 'POST', body: { ...whichOf(choice), edits, dry: true }, signal });
}

export async function change(choice: Choice, edits: readonly Edit[], expect: number): Promise<Result> {
  const done = await call<Result>('/api/tags/edit', { method: 'POST', body: { ...whichOf(choice), edits, expect } });
  last.value = done.batch && done.changed ? { batch: done.batch, pictures: done.changed } : undefined;
  return done;
}

export async function undo(batch: string): Promise<void> {
  await call(`/api/batches/${batch}/undo`, { method: 'POST' });
  last.value = undefined;
}

// ---- files

const MOST = 6000; // characters of numbers that an address holds

export interface Export {
  format: Format;
  suggested: boolean;
  lang: string;
}

/** A link that the browser saves as it comes; undefined: too many pictures for an address. */
export function linkOf(choice: Choice, { format, suggested, lang }: Export): string | undefined {
  const { query, numbers, ...rest } = whichOf(choice);
  const list = numbers?.join(',');
  if (list !== undefined && (list.length > MOST || !list)) return undefined;
  const asked = { ...rest, ...(query && query !== '*' ? { q: query } : {}), ...(list ? { numbers: list } : {}) };
  return `/api/export?${new URLSearchParams({ ...asked, format, lang, ...(suggested ? { suggested: 'true' } : {}) }).toString()}`;
}

/** The same where no address is long enough: fetched whole, then saved. */
export async function save(choice: Choice, { format, suggested, lang }: Export): Promise<void> {
  const { query, ...which } = whichOf(choice);
  const body = { ...which, ...(query ? { q: query } : {}), format, suggested };
  const file = await download(`/api/export?lang=${lang}`, body);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file.content);
  link.download = file.name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
