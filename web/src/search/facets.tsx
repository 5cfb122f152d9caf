// Counts of what the pictures found show. A value narrows the question, another one of the same facet widens it again, and
// what is not wanted is shut out.
import './search.css';
import { useState } from 'preact/hooks';
import { useSignalEffect } from '@preact/signals';
import { Ban, ChevronDown, SlidersHorizontal } from 'lucide';
import type { Facets as Counts } from '../api';
import { number } from '../i18n';
import { t } from '../i18n/common';
import { facetName } from '../i18n/facets';
import { facets } from '../library/state';
import { Icon } from '../ui/icon';
import { Palette } from './colour';
import { Dates } from './dates';
import { learn } from './names';
import { isInTree, Places } from './places';
import { ask, choiceOf, choose, question, termOf, type Choice } from './question';
import { say } from './words';

const SHOWN = 6;

type Values = Counts['facets'][string];

function Value({ term, label, pictures }: { term: string; label: string; pictures: number }) {
  const { filters } = question.value;
  const choice = choiceOf(filters, term);
  const set = (to: Choice) => ask({ filters: choose(filters, term, choice === to ? undefined : to) });
  return (
    <li class={`value ${choice ?? ''}`}>
      <button class="in" aria-pressed={choice === 'in'} onClick={() => set('in')}>
        <span class="label">{label}</span> <span class="count">{number(pictures)}</span>
      </button>
      <button class="out" aria-pressed={choice === 'out'} aria-label={say('without', { name: label })} title={say('without', { name: label })} onClick={() => set('out')}>
        <Icon of={Ban} size={14} />
      </button>
    </li>
  );
}

function Facet({ facet, values }: { facet: string; values: Values }) {
  const [open, setOpen] = useState(false);
  const listed = facet === 'place' ? values.filter(({ label }) => !isInTree(label)) : values;
  const shown = open ? listed : listed.slice(0, SHOWN);
  if (!listed.length && facet !== 'colour') return null;
  return (
    <fieldset>
      <legend>{facetName(facet)}</legend>
      {facet === 'colour' && <Palette />}
      <ul>
        {shown.map(({ concept, label, pictures }) => {
          const term = termOf(facet, concept, label);
          return <Value key={term} term={term} label={label} pictures={pictures} />;
        })}
      </ul>
      {listed.length > SHOWN && (
        <button class="plain" aria-expanded={open} aria-label={`${t(open ? 'fewer' : 'more')}: ${facetName(facet)}`} onClick={() => setOpen(!open)}>
          {t(open ? 'fewer' : 'more')}
        </button>
      )}
    </fieldset>
  );
}

/** Beside the wall; on a small screen behind a button. */
export function Facets() {
  const [open, setOpen] = useState(false);
  const { filters } = question.value;
  useSignalEffect(() => learn(facets.value));
  return (
    <aside class={`facets${open ? ' open' : ''}`} aria-label={say('narrow')}>
      <button class="unfold" aria-expanded={open} aria-controls="facets" onClick={() => setOpen(!open)}>
        <Icon of={SlidersHorizontal} size={16} /> {say('narrow')}
        {filters.length > 0 && <span class="count"> {number(filters.length)}</span>} <Icon of={ChevronDown} size={16} />
      </button>
      <div id="facets">
        <Dates />
        <Places />
        {!facets.value['colour'] && <Facet facet="colour" values={[]} />}
        {Object.entries(facets.value).map(([facet, values]) => (
          <Facet key={facet} facet={facet} values={values} />
        ))}
      </div>
    </aside>
  );
}
