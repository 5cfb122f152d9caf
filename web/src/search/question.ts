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

/** What the server is asked. */
export function parametersOf(q: Question): Record<string, string> {
  const terms = q.filters.map((filter) => `(${filter})`);
  const asked: Record<string, string> = {};
  if (q.text && isQuery(q.text)) terms.unshift(`(${q.text})`);
  else if (q.text) asked['text'] = q.text;
  if (terms.length) asked['q'] = terms.join(' AND ');
  for (const name of ['colour', 'similar', 'sort'] as const) if (q[name]) asked[name] = q[name];
  return asked;
}

/** A filter for one value of a facet. */
export function filterOf(facet: string, concept: string | null, label: string): string {
  return concept ? `tag:"${concept}"` : `${facet === 'word' ? 'tag' : facet}:"${label.replaceAll('"', '')}"`;
}
