// Nothing was found: what can be taken away, and how many pictures that would give.
import './search.css';
import { useEffect, useState } from 'preact/hooks';
import { number } from '../i18n';
import { t } from '../i18n/common';
import { go } from '../router';
import { countOf, hints } from '../library/state';
import { partsOf } from './chosen';
import { ask, question } from './question';
import { say } from './words';

export function NoMatch() {
  const asked = question.value;
  const parts = partsOf(asked);
  const [counts, setCounts] = useState<readonly (number | undefined)[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    setCounts([]);
    if (parts.length < 2) return;
    const count = (without: object) => countOf({ ...asked, ...without }, stop.signal).catch(() => undefined);
    void Promise.all(parts.map(({ without }) => count(without))).then((found) => stop.signal.aborted || setCounts(found));
    return () => stop.abort();
  }, [asked]);
  return (
    <>
      <h2>{say('noMatch')}</h2>
      {hints.value.map((hint) => (
        <p key={hint}>{hint}</p>
      ))}
      <p>{say('noMatchHelp')}</p>
      <ul class="ways-out">
        {parts.length > 1 &&
          parts.map(({ name, kind, without }, i) => (
            <li key={name}>
              <button onClick={() => ask(without)}>
                {say('without', { name: kind === 'out' ? `${say('not')} ${name}` : name })}
                {counts[i] !== undefined && <span class="count"> {number(counts[i]!)}</span>}
              </button>
            </li>
          ))}
        <li>
          <button class="main" onClick={() => go('/')}>
            {t('clear')}
          </button>
        </li>
      </ul>
    </>
  );
}
