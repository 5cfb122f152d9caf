// What a term of the question is called for people: concepts by their label in their language, everything else as written.
import { signal } from '@preact/signals';
import { call, type Facets } from '../api';
import { language } from '../i18n';
import { facetOf } from './question';

const labels = signal<ReadonlyMap<string, string>>(new Map());
const asked = new Set<string>();

function keyOf(concept: string): string {
  return `${language.value} ${concept}`;
}

/** Labels that came with counts or suggestions need not be asked for. */
export function learn(facets: Facets['facets']): void {
  const known = new Map(labels.peek());
  for (const values of Object.values(facets))
    for (const { concept, label } of values) if (concept) known.set(keyOf(concept), label);
  labels.value = known;
}

async function look(concept: string): Promise<void> {
  const key = keyOf(concept);
  if (asked.has(key)) return;
  asked.add(key);
  try {
    const { label } = await call<{ label: string }>(`/api/vocabulary/${concept}`, { query: { lang: language.value } });
    labels.value = new Map(labels.peek()).set(key, label);
  } catch {
    // Then it stays with the name in its id.
  }
}

function conceptName(concept: string): string {
  const label = labels.value.get(keyOf(concept));
  if (label !== undefined) return label;
  void look(concept);
  return concept.slice(concept.indexOf('/') + 1).replaceAll('-', ' ');
}

/** taken:2019..2021 is "2019–2021". */
function timeName(span: string): string {
  const [from = '', to] = span.split('..');
  return to === undefined ? from : from === to ? from : `${from || '…'}–${to || '…'}`;
}

export function nameOf(term: string): string {
  const value = /^\w+:"([^"]*)"$/.exec(term)?.[1];
  if (value !== undefined) return facetOf(term) !== 'word' && term.startsWith('tag:') ? conceptName(value) : value;
  const taken = /^taken:(.+)$/.exec(term)?.[1];
  return taken ? timeName(taken) : term;
}

