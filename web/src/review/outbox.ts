// What was said and the server does not know yet: kept in the browser, so that neither a dead connection nor a reload loses
// it, and sent again until the server has answered. Every call has an id of its own, so that twice is once.
import { signal } from '@preact/signals';
import { call, Problem } from '../api';
import { session } from '../session';

export interface Parcel {
  key: string;
  path: string;
  body: unknown;
}

const SOON = 1000; // ms before the first new attempt; each one after waits twice as long
const LATE = 30000;

/** How many wait for the server. */
export const waiting = signal(0);
/** The server has not answered the last time it was asked. */
export const offline = signal(false);
/** What the server will not take, whatever one does. */
export const refused = signal<unknown>(undefined);

let pause = SOON;
let timer = 0;
let busy = false;

function place(): string {
  return `review-outbox ${session.value?.person.id ?? ''}`;
}

function read(): Parcel[] {
  try {
    return JSON.parse(window.localStorage.getItem(place()) ?? '[]') as Parcel[];
  } catch {
    return [];
  }
}

function write(parcels: Parcel[]): void {
  if (parcels.length) window.localStorage.setItem(place(), JSON.stringify(parcels));
  else window.localStorage.removeItem(place());
  waiting.value = parcels.length;
}

function without(key: string): void {
  write(read().filter((parcel) => parcel.key !== key));
}

// Worth another try: nobody answered, the server is busy, or it stumbled itself.
function passes(reason: unknown): boolean {
  return reason instanceof Problem && (reason.status === 0 || reason.status === 429 || reason.status >= 500);
}

function later(): void {
  window.clearTimeout(timer);
  timer = window.setTimeout(() => void flush(), pause);
  pause = Math.min(LATE, pause * 2);
}

/** One after the other, in their order: an undo must not overtake what it takes back. */
export async function flush(): Promise<void> {
  if (busy) return;
  busy = true;
  try {
    for (let first = read()[0]; first; first = read()[0]) {
      try {
        await call(first.path, { method: 'POST', body: first.body });
      } catch (reason) {
        if (passes(reason)) {
          offline.value = true;
          return later();
        }
        if (!(reason instanceof Problem && reason.status === 404)) refused.value = reason; // 404: nothing to take back
      }
      offline.value = false;
      pause = SOON;
      without(first.key);
    }
  } finally {
    busy = false;
    waiting.value = read().length;
  }
}

export function post(parcel: Parcel): void {
  write([...read(), parcel]);
  void flush();
}

window.addEventListener('online', () => {
  pause = SOON;
  void flush();
});
