// What becomes of pictures that the server tags later: told by its events, asked for now and then should one go missing.
import { call, Problem, type Picture } from '../api';
import { may } from '../session';

export interface State {
  problem?: Problem;
  hidden?: boolean; // held until somebody has looked
}

const ASK_EVERY = 15000; // ms
const ASKS_AT_ONCE = 4;

const waiting = new Map<string, (state: State) => void>();
const wanted = new Set<string>(); // to be looked at, in turn
let asking = 0;
let events: EventSource | undefined;
let timer: number | undefined;

function stateOf(picture: Picture): State | undefined {
  if (picture.state === 'pending') return undefined;
  if (picture.state === 'ready') return { hidden: picture.visibility !== 'visible' };
  const { code = 'unknown', message = '', hint = '' } = (picture.error ?? {}) as Record<string, string>;
  return { problem: new Problem(422, code, message, hint) };
}

async function look(id: string): Promise<State | undefined> {
  try {
    return stateOf(await call<Picture>(`/api/pictures/${id}`, { query: { held: may('review') || undefined } }));
  } catch (reason) {
    if (reason instanceof Problem && reason.status === 404) return { hidden: true };
    return undefined; // asked again later
  }
}

function rest(): void {
  if (waiting.size) return;
  events?.close();
  events = undefined;
  window.clearInterval(timer);
  timer = undefined;
}

function askOn(): void {
  for (const id of wanted) {
    if (asking >= ASKS_AT_ONCE) return;
    wanted.delete(id);
    asking++;
    void look(id).then((state) => {
      asking--;
      const tell = waiting.get(id);
      if (state && tell) {
        waiting.delete(id);
        tell(state);
        rest();
      }
      askOn();
    });
  }
}

function ask(id: string): void {
  if (!waiting.has(id)) return;
  wanted.add(id);
  askOn();
}

function askAll(): void {
  for (const id of waiting.keys()) ask(id);
}

function listen(): void {
  if (events) return;
  events = new EventSource('/api/events');
  const heard = (event: MessageEvent<string>) => ask((JSON.parse(event.data) as { id: string }).id);
  for (const kind of ['picture', 'tags', 'picture_deleted']) events.addEventListener(kind, heard);
  events.addEventListener('reset', askAll);
  events.addEventListener('open', askAll); // what happened before anybody listened
  timer = window.setInterval(askAll, ASK_EVERY);
}

export function watch(id: string, tell: (state: State) => void): void {
  waiting.set(id, tell);
  listen();
  ask(id);
}

export function unwatch(id: string): void {
  waiting.delete(id);
  rest();
}
