// What is being uploaded: a queue with a bounded number under way, that waits when the server asks for it, and knows what
// became of each picture until somebody clears it away.
import { signal } from '@preact/signals';
import { call, Problem, type Uploaded } from '../api';
import type { Intake } from './intake';
import { Busy, send } from './send';
import { unwatch, watch } from './watch';

export type Phase = 'waiting' | 'sending' | 'tagging' | 'done' | 'known' | 'held' | 'failed';

export interface Item {
  number: number;
  file: File | undefined; // gone once the server has it for good
  name: string;
  phase: Phase;
  moved: number; // 0..1 of its bytes
  key: string;
  tries: number;
  picture?: string; // its id
  problem?: Problem;
}

const AT_ONCE = 4;
const MANY = 12; // from here on the server keeps first and tags later
const TRIES = 5; // of a server that cannot be reached
const SHOWN_EVERY = 120; // ms
const ARRIVING_EVERY = 1500; // ms

export const items: Item[] = [];
/** Grows whenever something about them changed, a few times a second at most. */
export const changed = signal(0);
/** Grows when pictures have come into the library; every now and then while many come. */
export const arrived = signal(0);
/** Files of folders that were no pictures. */
export const leftOut = signal(0);
/** The server wants nothing before this time (ms since 1970); 0: it takes. */
export const pausedUntil = signal(0);
/** Nothing can go on before a person has done something (credits, signing in). */
export const stopped = signal<Problem | undefined>(undefined);

let made = 0;
let under = 0;
let giveUp = new AbortController();
let shownLater: number | undefined;
let wakeLater: number | undefined;
let arriveLater: number | undefined;

/** When each of the last pictures was done: what the rest will take follows from it. */
let ends: number[] = [];
let began = 0;

function show(): void {
  shownLater ??= window.setTimeout(() => {
    shownLater = undefined;
    changed.value++;
  }, SHOWN_EVERY);
}

function arrive(): void {
  arriveLater ??= window.setTimeout(() => {
    arriveLater = undefined;
    arrived.value++;
  }, items.every(isOver) ? 0 : ARRIVING_EVERY);
}

function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const isOver = (item: Item) => item.phase === 'done' || item.phase === 'known' || item.phase === 'held' || item.phase === 'failed';
export const isLeaving = (item: Item) => item.phase === 'waiting' || item.phase === 'sending';

/** Seconds that the rest will take, or undefined while nobody can know. */
export function secondsLeft(): number | undefined {
  const rest = items.reduce((sum, item) => sum + (isOver(item) ? 0 : 1), 0);
  if (rest === 0 || ends.length < 3) return undefined;
  return (rest * (Date.now() - (ends.length < 40 ? began : ends[0]!))) / 1000 / ends.length;
}

function end(item: Item, phase: Phase): void {
  item.phase = phase;
  if (phase !== 'failed') item.file = undefined;
  ends = [...ends.slice(-39), Date.now()];
  if (phase === 'done') arrive();
  show();
}

function fail(item: Item, problem: Problem): void {
  item.problem = problem;
  end(item, 'failed');
}

/** The server keeps the picture and tags it later: its state is looked at whenever something happens to it. */
function follow(item: Item, id: string): void {
  item.phase = 'tagging';
  watch(id, (state) => {
    if (state.problem) fail(item, state.problem);
    else end(item, state.hidden ? 'held' : 'done');
  });
}

function take(item: Item, answer: Uploaded): void {
  item.picture = answer.id;
  if (answer.state === 'failed') void retry(item); // of an earlier try; now it may work
  else if (answer.state === 'pending') follow(item, answer.id);
  else if (answer.visibility !== 'visible') end(item, 'held');
  else end(item, answer.duplicate ? 'known' : 'done');
}

function pause(seconds: number): void {
  pausedUntil.value = Math.max(pausedUntil.value, Date.now() + seconds * 1000);
  window.clearTimeout(wakeLater);
  wakeLater = window.setTimeout(() => {
    pausedUntil.value = 0;
    go();
  }, pausedUntil.value - Date.now());
}

const forPeople = new Set([401, 402, 403, 507]);

function refused(item: Item, reason: unknown): void {
  if (reason instanceof Busy) {
    item.phase = 'waiting';
    pause(reason.seconds);
  } else if (!(reason instanceof Problem)) {
    fail(item, new Problem(0, 'unknown', String(reason), ''));
  } else if (forPeople.has(reason.status)) {
    item.phase = 'waiting';
    stopped.value = reason;
  } else if (reason.code === 'offline' && ++item.tries < TRIES) {
    item.phase = 'waiting';
    pause(2 ** item.tries);
  } else {
    fail(item, reason);
  }
}

async function sendOne(item: Item): Promise<void> {
  const { signal: stop } = giveUp;
  item.phase = 'sending';
  item.moved = 0;
  const moved = (share: number) => {
    item.moved = share;
    show();
  };
  const later = items.length > MANY;
  try {
    take(item, await send({ file: item.file!, key: item.key, later, moved, signal: stop }));
  } catch (reason) {
    if (!stop.aborted) refused(item, reason);
  }
}

function go(): void {
  show();
  while (under < AT_ONCE && !stopped.value && pausedUntil.value <= Date.now()) {
    const item = items.find(({ phase }) => phase === 'waiting');
    if (!item) return;
    under++;
    void sendOne(item).then(() => {
      under--;
      go();
    });
  }
}

export function add({ files, left }: Intake): void {
  if (items.every(isOver)) {
    ends = [];
    began = Date.now();
  }
  leftOut.value += left;
  for (const file of files) {
    items.push({ number: ++made, file, name: file.name, phase: 'waiting', moved: 0, key: newKey(), tries: 0 });
  }
  go();
}

/** Once more, with the same bytes. What the server had kept of the failed try goes first. */
export async function retry(item: Item): Promise<void> {
  delete item.problem;
  item.phase = 'waiting';
  item.tries = 0;
  item.key = newKey();
  const { picture } = item;
  delete item.picture;
  if (picture) await call(`/api/pictures/${picture}`, { method: 'DELETE' }).catch(() => undefined);
  go();
}

export function retryAll(): void {
  stopped.value = undefined;
  for (const item of items.filter(({ phase }) => phase === 'failed')) void retry(item);
  go();
}

/** Off the list; a picture that the server could not tag is not kept either. */
export function remove(item: Item): void {
  items.splice(items.indexOf(item), 1);
  if (item.picture) {
    unwatch(item.picture);
    if (item.phase === 'failed') void call(`/api/pictures/${item.picture}`, { method: 'DELETE' }).catch(() => undefined);
  }
  go();
}

/** What has not left yet stays here; what the server has is tagged all the same. */
export function stop(): void {
  giveUp.abort();
  giveUp = new AbortController();
  for (const item of items.filter(isLeaving)) items.splice(items.indexOf(item), 1);
  stopped.value = undefined;
  show();
}

export function clear(): void {
  for (const item of [...items]) if (isOver(item)) items.splice(items.indexOf(item), 1);
  leftOut.value = 0;
  show();
}
