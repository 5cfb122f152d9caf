// The pictures that a question finds, page by page as they come into sight.
import { batch, signal } from '@preact/signals';
import { call, type Picture, type SearchAnswer } from '../api';
import { language } from '../i18n';
import { parametersOf, type Question } from '../search/question';

const PAGE = 100;

export const pictures = signal<Picture[]>([]);
export const ratios = signal(new Float32Array(0));
export const total = signal(0);
export const facets = signal<SearchAnswer['facets']>({});
export const hints = signal<string[]>([]);
export const trouble = signal<unknown>(undefined);
export const busy = signal(true);

let next: string | null = null;
let asked: Question | undefined;
let under: AbortController | undefined;

function ratioOf(picture: Picture): number {
  const { width, height } = picture.picture;
  return width > 0 && height > 0 ? width / height : 1;
}

function take(answer: SearchAnswer, first: boolean): void {
  const found = answer.results.map((row) => row.picture);
  batch(() => {
    const all = first ? found : [...pictures.value, ...found];
    pictures.value = all;
    ratios.value = Float32Array.from(all, ratioOf);
    total.value = answer.total;
    if (first) {
      facets.value = answer.facets;
      hints.value = answer.hints;
    }
    busy.value = false;
    trouble.value = undefined;
  });
  next = answer.next;
}

async function fetchPage(question: Question, first: boolean): Promise<void> {
  under?.abort();
  under = new AbortController();
  const { signal: stop } = under;
  busy.value = true;
  try {
    const answer = await call<SearchAnswer>('/api/search', {
      query: { ...parametersOf(question), limit: PAGE, lang: language.value, cursor: first ? '' : (next ?? ''), facets: first ? 12 : 0 },
      signal: stop,
    });
    take(answer, first);
  } catch (reason) {
    if (stop.aborted) return;
    batch(() => {
      trouble.value = reason;
      busy.value = false;
    });
  }
}

export function load(question: Question): Promise<void> {
  asked = question;
  return fetchPage(question, true);
}

/** Pictures up to this one are in sight. */
export function wantUpTo(end: number): void {
  if (asked && next && !busy.value && end > pictures.value.length - PAGE / 2) void fetchPage(asked, false);
}
