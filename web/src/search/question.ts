// What is asked, as the address says it: /?text=…&q=…&colour=…&similar=…&sort=…
import { computed } from '@preact/signals';
import { go, place } from '../router';

export interface Question {
  text: string; // plain words
  filters: string[]; // each one term of the query language, joined by AND
  colour: string;
  similar: string;
  sort: string;
}

const names = ['text', 'colour', 'similar', 'sort'] as const;

export function questionOf(query: URLSearchParams): Question {
  const question: Question = { text: '', filters: query.getAll('f'), colour: '', similar: '', sort: '' };
  for (const name of names) question[name] = query.get(name) ?? '';
  return question;
}

export function addressOf(question: Question): string {
  const query = new URLSearchParams();
  for (const name of names) if (question[name]) query.set(name, question[name]);
  for (const filter of question.filters) query.append('f', filter);
  const text = query.toString();
  return text ? `/?${text}` : '/';
}

export const question = computed(() => questionOf(place.value.query));

export function ask(change: Partial<Question>, replace = false): void {
  go(addressOf({ ...question.value, ...change }), replace);
}

export function isAsking(q: Question): boolean {
  return Boolean(q.text || q.filters.length || q.colour || q.similar);
}

// Words that only the query language has; a question without them is asked by meaning.
const operators = /(^|\s)[-(]|["()*]|\b(AND|OR|NOT)\b|[a-z]+(:|[<>]=?)/;

export function isQuery(text: string): boolean {
  return operators.test(text);
}

/** Somebody is in the middle of it: an operator, a quote or a bracket still lacks what belongs to it. */
export function isUnfinished(text: string): boolean {
  const count = (sign: string) => text.split(sign).length - 1;
  return /[:<>=(-]$|\b(AND|OR|NOT)$/.test(text.trimEnd()) || count('"') % 2 === 1 || count('(') !== count(')');
}

/** What the server is asked. wordsOnly: it understands no sentences, so their words are looked for. */
export function parametersOf(q: Question, wordsOnly = false): Record<string, string> {
  const terms = q.filters.map((filter) => `(${filter})`);
  const asked: Record<string, string> = {};
  if (q.text && (wordsOnly || isQuery(q.text))) terms.unshift(`(${q.text})`);
  else if (q.text) asked['text'] = q.text;
  if (terms.length) asked['q'] = terms.join(' AND ');
  for (const name of ['colour', 'similar', 'sort'] as const) if (q[name]) asked[name] = q[name];
  return asked;
}

/** The term for one value of a facet. */
export function termOf(facet: string, concept: string | null, label: string): string {
  return concept ? `tag:"${concept}"` : `${facet === 'word' ? 'tag' : facet}:"${label.replaceAll('"', '')}"`;
}

// A filter is one term, several joined by OR (any of them), or one with a minus (none of them).
const OR = ' OR ';

export function termsOf(filter: string): string[] {
  return filter.startsWith('-') ? [filter.slice(1)] : filter.split(OR);
}

/** The facet that a term is about: "object" of tag:"object/dog", "place" of place:"Lyon". */
export function facetOf(term: string): string | undefined {
  const [, field, value = ''] = /^(\w+):"([^"]*)"$/.exec(term) ?? [];
  if (field !== 'tag') return field;
  const slash = value.indexOf('/');
  return slash > 0 ? value.slice(0, slash) : 'word';
}

export type Choice = 'in' | 'out' | undefined;

export function choiceOf(filters: readonly string[], term: string): Choice {
  if (filters.includes(`-${term}`)) return 'out';
  return filters.some((filter) => !filter.startsWith('-') && termsOf(filter).includes(term)) ? 'in' : undefined;
}

function without(filters: readonly string[], term: string): string[] {
  return filters.flatMap((filter) => {
    if (filter === `-${term}`) return [];
    if (filter.startsWith('-')) return [filter];
    return termsOf(filter).filter((other) => other !== term).join(OR) || [];
  });
}

/** The filters once a value is chosen, shut out, or neither. Values of one facet widen each other. */
export function choose(filters: readonly string[], term: string, choice: Choice): string[] {
  const rest = without(filters, term);
  if (choice === undefined) return rest;
  if (choice === 'out') return [...rest, `-${term}`];
  const facet = facetOf(term);
  const at = rest.findIndex((filter) => !filter.startsWith('-') && facetOf(termsOf(filter)[0]!) === facet);
  if (facet === undefined || at < 0) return [...rest, term];
  return rest.map((filter, i) => (i === at ? filter + OR + term : filter));
}

/** For each facet of which values are chosen: the question without that choice. */
export function withoutFacet(q: Question): Map<string, Question> {
  const wider = new Map<string, Question>();
  for (const chosen of q.filters) {
    const facet = chosen.startsWith('-') ? undefined : facetOf(termsOf(chosen)[0]!);
    if (facet) wider.set(facet, { ...q, filters: q.filters.filter((filter) => filter !== chosen) });
  }
  return wider;
}
