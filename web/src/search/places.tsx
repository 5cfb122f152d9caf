// Where the pictures found were taken: countries, their regions, their towns.
import './search.css';
import { useEffect, useState } from 'preact/hooks';
import { signal } from '@preact/signals';
import { ChevronRight } from 'lucide';
import { call, type Place } from '../api';
import { language, number } from '../i18n';
import { t } from '../i18n/common';
import { facetName } from '../i18n/facets';
import { answered } from '../library/state';
import { Icon } from '../ui/icon';
import { choiceOf, choose, parametersOf, question, ask, termOf, withoutFacet } from './question';
import { say } from './words';

interface Node {
  name: string;
  pictures: number;
  below: Map<string, Node>;
}

const SHOWN = 6;
const places = signal<readonly Place[]>([]);

function treeOf(rows: readonly Place[]): Map<string, Node> {
  const root = new Map<string, Node>();
  for (const { country, region, city, pictures } of rows) {
    let level = root;
    for (const name of [country, region, city]) {
      if (!name) continue;
      const node = level.get(name) ?? { name, pictures: 0, below: new Map<string, Node>() };
      node.pictures += pictures;
      level.set(name, node);
      level = node.below;
    }
  }
  return root;
}

/** A place that was chosen is left out of the question, so that another can be chosen beside it. */
function usePlaces(): void {
  const asked = answered.value;
  useEffect(() => {
    if (!asked) return;
    const stop = new AbortController();
    const { sort: _, ...query } = parametersOf(withoutFacet(asked).get('place') ?? asked);
    call<{ places: Place[] }>('/api/places', { query: { ...query, lang: language.value }, signal: stop.signal })
      .then((found) => (places.value = found.places))
      .catch(() => undefined); // the wall has said what is wrong with the question
    return () => stop.abort();
  }, [asked, language.value]);
}

function Branch({ node, depth }: { node: Node; depth: number }) {
  const { filters } = question.value;
  const term = termOf('place', null, node.name);
  const chosen = choiceOf(filters, term) === 'in';
  const hasChosen = [...node.below.values()].some((child) => choiceOf(filters, termOf('place', null, child.name)) === 'in');
  const [open, setOpen] = useState(hasChosen);
  return (
    <li>
      <div class={chosen ? 'value in' : 'value'}>
        {node.below.size > 0 ? (
          <button class={open ? 'fold open' : 'fold'} aria-expanded={open} aria-label={say('within', { name: node.name })} onClick={() => setOpen(!open)}>
            <Icon of={ChevronRight} size={14} />
          </button>
        ) : (
          <span class="fold" />
        )}
        <button class="in" aria-pressed={chosen} onClick={() => ask({ filters: choose(filters, term, chosen ? undefined : 'in') })}>
          <span class="label">{node.name}</span> <span class="count">{number(node.pictures)}</span>
        </button>
      </div>
      {open && <Branches nodes={node.below} depth={depth + 1} name={node.name} />}
    </li>
  );
}

function Branches({ nodes, depth, name }: { nodes: Map<string, Node>; depth: number; name: string }) {
  const [all, setAll] = useState(false);
  const sorted = [...nodes.values()].sort((a, b) => b.pictures - a.pictures || a.name.localeCompare(b.name));
  return (
    <ul class={depth ? 'below' : ''}>
      {(all ? sorted : sorted.slice(0, SHOWN)).map((node) => (
        <Branch key={node.name} node={node} depth={depth} />
      ))}
      {sorted.length > SHOWN && (
        <li>
          <button class="plain" aria-expanded={all} aria-label={`${t(all ? 'fewer' : 'more')}: ${name}`} onClick={() => setAll(!all)}>
            {t(all ? 'fewer' : 'more')}
          </button>
        </li>
      )}
    </ul>
  );
}

export function Places() {
  usePlaces();
  const tree = treeOf(places.value);
  if (!tree.size) return null;
  return (
    <fieldset>
      <legend>{facetName('place')}</legend>
      <Branches nodes={tree} depth={0} name={facetName('place')} />
    </fieldset>
  );
}

/** Names that the tree does not have, such as a place that somebody wrote by hand, stay a list. */
export function isInTree(label: string): boolean {
  return places.value.some(({ country, region, city }) => label === country || label === region || label === city);
}
