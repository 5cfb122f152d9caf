// Counts of what the pictures found show; each narrows the question, and what narrows it can be taken away.
import './search.css';
import { useState } from 'preact/hooks';
import { X } from 'lucide';
import type { SearchAnswer } from '../api';
import { number } from '../i18n';
import { t } from '../i18n/common';
import { facetName } from '../i18n/facets';
import { Icon } from '../ui/icon';
import { ask, filterOf, question } from './question';
import { say } from './words';

const SHOWN = 6;

type Values = SearchAnswer['facets'][string];

function Facet({ facet, values }: { facet: string; values: Values }) {
  const [open, setOpen] = useState(false);
  const shown = open ? values : values.slice(0, SHOWN);
  return (
    <fieldset>
      <legend>{facetName(facet)}</legend>
      <ul>
        {shown.map((value) => {
          const filter = filterOf(facet, value.concept, value.label);
          const on = question.value.filters.includes(filter);
          return (
            <li>
              <button
                class={on ? 'value on' : 'value'}
                aria-pressed={on}
                onClick={() => ask({ filters: on ? question.value.filters.filter((f) => f !== filter) : [...question.value.filters, filter] })}
              >
                <span>{value.label}</span> <span class="count">{number(value.pictures)}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {values.length > SHOWN && (
        <button class="plain" onClick={() => setOpen(!open)}>
          {t(open ? 'fewer' : 'more')}
        </button>
      )}
    </fieldset>
  );
}

export function Chosen() {
  return (
    <ul class="chosen-filters">
      {question.value.filters.map((filter) => (
        <li>
          <button onClick={() => ask({ filters: question.value.filters.filter((f) => f !== filter) })}>
            {filter} <Icon of={X} size={14} />
          </button>
        </li>
      ))}
    </ul>
  );
}

export function Facets({ counts }: { counts: SearchAnswer['facets'] }) {
  return (
    <aside class="facets" aria-label={say('narrow')}>
      <Chosen />
      {Object.entries(counts).map(([facet, values]) => (
        <Facet key={facet} facet={facet} values={values} />
      ))}
    </aside>
  );
}
