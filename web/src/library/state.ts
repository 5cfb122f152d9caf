// The question's answer, as all of the library sees it. An answer replaces the one before as a whole, so that nobody sees a
// part of each; until it comes the old one stays.
import { batch, signal } from '@preact/signals';
import { call, Problem, type Facets } from '../api';
import { language } from '../i18n';
import { parametersOf, withoutFacet, type Question } from '../search/question';
import { fetchResult, nothing, type Result } from './result';
import { forget } from './cells';

const VALUES = 20;

export const result = signal<Result>(nothing);
export const answered = signal<Question | undefined>(undefined); // what `result` answers
export const facets = signal<Facets['facets']>({});
export const hints = signal<string[]>([]);
export const trouble = signal<unknown>(undefined);
export const busy = signal(true);
/** What the server does not understand in the question: while somebody writes it, no reason to show nothing. */
export const complaint = signal('');

let under: AbortController | undefined;
let spoken = '';

// The model that understands sentences is not installed: their words alone are looked for.
let wordsOnly = false;

// One fixed shuffle for as long as the page is open.
const seed = Math.floor(Math.random() * 2 ** 31);

export function askedOf(question: Question): Record<string, string | number> {
  const asked = parametersOf(question, wordsOnly);
  return question.sort === 'random' ? { ...asked, seed } : asked;
}

function facetQuery(question: Question): Record<string, string | number> {
  const { sort: _, ...asked } = parametersOf(question, wordsOnly);
  return { ...asked, values: VALUES, lang: language.value };
}

/** A facet that is chosen from counts what it would be without the choice, so that it can be widened. */
async function fetchFacets(question: Question, stop: AbortSignal): Promise<void> {
  const whole = call<Facets>('/api/facets', { query: facetQuery(question), signal: stop });
  const wider = [...withoutFacet(question)].map(async ([facet, without]) => {
    const answer = await call<Facets>('/api/facets', { query: facetQuery(without), signal: stop });
    return [facet, answer.facets[facet] ?? []] as const;
  });
  const [answer, ...instead] = await Promise.all([whole, ...wider]);
  batch(() => {
    facets.value = { ...answer.facets, ...Object.fromEntries(instead) };
    hints.value = answer.hints;
  });
}

export async function load(question: Question): Promise<void> {
  under?.abort();
  under = new AbortController();
  const { signal: stop } = under;
  if (spoken !== language.value) forget();
  spoken = language.value;
  busy.value = true;
  try {
    const found = await fetchResult(askedOf(question), stop);
    batch(() => {
      result.value = found;
      answered.value = question;
      trouble.value = undefined;
      complaint.value = '';
      busy.value = false;
    });
    await fetchFacets(question, stop);
  } catch (reason) {
    if (!stop.aborted) refuse(question, reason);
  }
}

function refuse(question: Question, reason: unknown): void {
  if (reason instanceof Problem && reason.code === 'model' && question.text && !wordsOnly) {
    wordsOnly = true;
    return void load(question);
  }
  batch(() => {
    const isAboutWords = reason instanceof Problem && reason.status === 400 && answered.value !== undefined;
    if (isAboutWords) complaint.value = reason.message;
    else trouble.value = reason;
    busy.value = false;
  });
}

/** How many pictures another question would find. */
export async function countOf(question: Question, stop?: AbortSignal): Promise<number> {
  const query = { ...facetQuery(question), values: 1 };
  return (await call<Facets>('/api/facets', { query, signal: stop })).total;
}
