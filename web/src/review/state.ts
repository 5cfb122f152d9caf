// The questions at hand, those that come next, and what was answered. Answers go out through the outbox and are never
// waited for; questions are fetched before they are needed.
import { batch, signal } from '@preact/signals';
import { call, type Picture, type Tag } from '../api';
import { language } from '../i18n';
import type { components } from '../openapi';
import { flush, post, waiting } from './outbox';

export type Progress = components['schemas']['ReviewProgress'];
export type Concept = components['schemas']['ReviewConcepts']['concepts'][number];
export type Answer = components['schemas']['ReviewAnswer'];
type Batch = components['schemas']['ReviewBatch'];
export type Mode = 'one' | 'many';

/** One tag of one picture that waits for a word. */
export interface Question {
  picture: Picture;
  tag: Tag;
}

const AHEAD = 4; // pictures that are fetched at once, one by one
const GRID = 24;

export const mode = signal<Mode>('one');
/** Of many: the tag that was chosen; '': whatever helps most. */
export const wanted = signal('');

export const questions = signal<readonly Question[]>([]);
export const at = signal(0); // the question that is asked, of one
export const grid = signal<readonly Question[]>([]);
export const busy = signal(true);
export const trouble = signal<unknown>(undefined);
export const progress = signal<Progress | undefined>(undefined);
export const concepts = signal<readonly Concept[]>([]);
export const past = signal<readonly Step[]>([]);
/** Pictures that this person has chosen to see. */
export const unveiled = signal<ReadonlySet<string>>(new Set());

/** What was said in one call, and what it was said about. */
export interface Step {
  id: string;
  questions: readonly Question[];
  answers: readonly Answer[];
}

let next: readonly Question[] | undefined; // the grid after this one
let fetching: Promise<void> | undefined;
let round = 0; // answers to questions of an earlier mode are none of ours

function makeName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte.toString(36).padStart(2, '0')).join('');
}

function desk(): string {
  const kept = window.sessionStorage.getItem('review-desk') ?? makeName();
  window.sessionStorage.setItem('review-desk', kept);
  return kept;
}

function questionsOf(found: Batch): Question[] {
  return found.items.flatMap(({ picture, tags }) =>
    tags.flatMap((key) => picture.tags.filter((tag) => tag.key === key).map((tag) => ({ picture, tag }))),
  );
}

function warm(some: readonly Question[]): void {
  for (const { picture } of some) {
    new Image().src = mode.value === 'one' ? picture.links.original : picture.links.thumbnail;
  }
}

interface Wish {
  fresh?: boolean;
  skipped?: boolean;
}

async function take(count: number, tag: string, wish: Wish): Promise<Question[]> {
  const body = { desk: desk(), mode: mode.value === 'one' ? 'picture' : 'concept', count, ...wish, ...(tag ? { tag } : {}) };
  const found = questionsOf(await call<Batch>('/api/review/next', { method: 'POST', query: { lang: language.value }, body }));
  warm(found);
  return found;
}

// ---- figures

function midnight(): string {
  const day = new Date();
  day.setHours(0, 0, 0, 0);
  return day.toISOString();
}

export async function count(): Promise<void> {
  try {
    progress.value = await call<Progress>('/api/review', { query: { since: midnight() } });
  } catch {
    // figures are not worth an interruption
  }
}

export async function list(): Promise<void> {
  try {
    concepts.value = (await call<{ concepts: Concept[] }>('/api/review/concepts', { query: { lang: language.value, limit: 200 } })).concepts;
  } catch {
    concepts.value = [];
  }
}

function counted(answers: readonly Answer[], sign: 1 | -1): void {
  const now = progress.value;
  if (!now) return;
  const decided = answers.filter((answer) => answer === 'yes' || answer === 'no').length;
  const said = answers.filter((answer) => answer !== 'skip').length;
  progress.value = {
    open: Math.max(0, now.open - sign * decided),
    done: Math.max(0, now.done + sign * said),
    mine: Math.max(0, now.mine + sign * said),
    skipped: Math.max(0, now.skipped + sign * (answers.length - said)),
  };
}

// ---- fetching

async function more(wish: Wish = {}): Promise<void> {
  const mine = round;
  try {
    if (mode.value === 'one') {
      const found = await take(AHEAD, '', wish);
      if (mine === round) questions.value = [...questions.value, ...found];
    } else {
      const tag = wanted.value || (grid.value[0]?.tag.key ?? '');
      let found = await take(GRID, tag, wish);
      if (!found.length && !wanted.value) found = await take(GRID, '', {});
      if (mine !== round) return;
      if (grid.value.length) next = found;
      else grid.value = found;
    }
    if (mine === round) trouble.value = undefined;
  } catch (reason) {
    if (mine === round) trouble.value = reason;
  }
}

/** One request at a time; whoever asks meanwhile waits for that one. */
function fetchMore(wish?: Wish): Promise<void> {
  const mine = round;
  fetching ??= more(wish).finally(() => {
    fetching = undefined;
    if (mine === round) busy.value = false;
  });
  return fetching;
}

function left(): number {
  return questions.value.length - at.value;
}

/** Begins anew: what this desk had goes back, unless it has been answered. */
export async function start(wish: Wish = {}): Promise<void> {
  round++;
  await fetching?.catch(() => undefined);
  batch(() => {
    questions.value = [];
    grid.value = [];
    at.value = 0;
    past.value = [];
    busy.value = true;
    trouble.value = undefined;
  });
  next = undefined;
  await flush();
  await Promise.all([fetchMore({ ...wish, fresh: true }), count(), list()]);
  if (mode.value === 'many' && grid.value.length) void fetchMore();
}

/** Leaves: others may have what was fetched and not looked at. */
export function leave(): void {
  round++;
  if (waiting.value === 0) void call('/api/review/release', { method: 'POST', body: { desk: desk() } }).catch(() => undefined);
}

// ---- answering

function send(some: readonly Question[], answers: readonly Answer[]): void {
  const id = makeName();
  const body = { desk: desk(), id, answers: some.map(({ picture, tag }, i) => ({ picture: picture.id, tag: tag.key, answer: answers[i]! })) };
  past.value = [...past.value.slice(-99), { id, questions: some, answers }];
  counted(answers, 1);
  post({ key: `answers ${id}`, path: '/api/review/answers', body });
}

export function answerOne(answer: Answer): void {
  const question = questions.value[at.value];
  if (!question) return;
  batch(() => {
    send([question], [answer]);
    at.value++;
    if (left() === 0) busy.value = true;
  });
  if (left() <= AHEAD) void fetchMore();
}

export async function answerGrid(answers: readonly Answer[]): Promise<void> {
  const some = grid.value;
  if (!some.length) return;
  send(some, answers);
  await fetching;
  batch(() => {
    grid.value = next ?? [];
    next = undefined;
    busy.value = grid.value.length === 0;
  });
  await fetchMore();
  if (grid.value.length && !next) void fetchMore();
}

/** The last call is taken back, here at once and at the server as soon as it can be told. */
export function undo(): void {
  const last = past.value[past.value.length - 1];
  if (!last) return;
  post({ key: `undo ${last.id}`, path: '/api/review/undo', body: { desk: desk(), id: last.id } });
  batch(() => {
    past.value = past.value.slice(0, -1);
    counted(last.answers, -1);
    if (mode.value === 'many') {
      if (!next && grid.value.length) next = grid.value;
      grid.value = last.questions;
    } else if (questions.value[at.value - 1] === last.questions[0]) {
      at.value--;
    } else {
      questions.value = [...questions.value.slice(0, at.value), ...last.questions, ...questions.value.slice(at.value)];
    }
    busy.value = false;
  });
}

// A picture shows a dog, but is black, sharp or cheerful.
const said = new Set(['colour', 'style', 'mood', 'quality', 'safety', 'time', 'composition']);

export function isSeen(tag: Tag): boolean {
  return !said.has(tag.facet);
}

export function unveil(picture: string): void {
  unveiled.value = new Set([...unveiled.value, picture]);
}

export function isVeiled({ picture, tag }: Question): boolean {
  return (picture.blurred || tag.facet === 'safety') && !unveiled.value.has(picture.id);
}
