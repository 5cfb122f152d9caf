// The vocabulary that comes with Tagsmith: its tree, and each concept in all languages.
import { useState } from 'preact/hooks';
import { call, type Concept, type Suggestions, type Vocabulary } from '../api';
import { language, languages, number, type Language } from '../i18n';
import { t } from '../i18n/common';
import { facetName } from '../i18n/facets';
import { go } from '../router';
import { useAnswer } from '../ui/answer';
import { Trouble } from '../ui/notice';
import { Branches, type Level } from './tree';
import { say } from './words';

const facets = ['object', 'scene', 'people', 'activity', 'event', 'colour', 'style', 'composition', 'mood', 'quality', 'safety', 'text', 'place', 'time', 'material', 'pattern'];

function levelOf(page: Vocabulary): Level {
  return { nodes: page.concepts.map(({ id, label, narrower }) => ({ id, label, narrower, note: '' })), next: page.next };
}

function addressOf(id: string): string {
  return `/vocabulary/${id}`;
}

/** Names in the page's language as one writes; without an exact one, whatever begins so. */
function Find() {
  const [prefix, setPrefix] = useState('');
  const { value } = useAnswer<Suggestions>('/api/suggest', { prefix: prefix || ' ', lang: language.value, limit: 20 });
  const found = value?.suggestions.filter((one) => one.concept) ?? [];
  const open = async (name: string) => {
    const exact = await call<Vocabulary>('/api/vocabulary', { query: { name, limit: 1 } });
    const id = exact.concepts[0]?.id ?? found[0]?.concept;
    if (id) go(addressOf(id));
  };
  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (prefix) void open(prefix);
      }}
    >
      <input type="search" aria-label={say('find')} placeholder={say('find')} value={prefix} onInput={(event) => setPrefix(event.currentTarget.value)} />
      {prefix && (
        <ul class="branches" aria-label={say('found')}>
          {found.map((one) => (
            <li>
              <a href={addressOf(one.concept!)}>{one.text}</a> <span class="count">{number(one.pictures)}</span>
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}

function One({ id }: { id: string }) {
  const { value, trouble, again } = useAnswer<Concept>(`/api/vocabulary/${id}`, { lang: language.value });
  const pictures = useAnswer<{ total: number }>('/api/search', { q: `tag:"${id}"`, limit: 1 }).value;
  if (trouble !== undefined) return <Trouble reason={trouble} again={again} />;
  if (!value) return <p role="status">{t('loading')}</p>;
  return (
    <section class="concept" aria-labelledby="concept">
      <p class="path">
        {facetName(value.facet)}
        {[...value.ancestors].reverse().map((above) => (
          <>
            {' › '}
            <a href={addressOf(above)}>{above.split('/')[1]}</a>
          </>
        ))}
      </p>
      <h2 id="concept">{value.label}</h2>
      <p>
        <a href={`/?f=${encodeURIComponent(`tag:"${id}"`)}`}>{say('pictures', { n: pictures?.total ?? 0 })}</a> <code>{id}</code>
      </p>
      <table>
        <tbody>
          {(Object.keys(languages) as Language[]).map((code) => (
            <tr>
              <th scope="row">{languages[code]}</th>
              <td lang={code}>{value.labels[code]}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {value.synonyms.length > 0 && (
        <p>
          {say('alsoCalled')}: {value.synonyms.join(', ')}
        </p>
      )}
      {value.narrower > 0 && (
        <>
          <h3>{say('kinds')}</h3>
          <Branches<Vocabulary> path="/api/vocabulary" query={{ under: id, lang: language.value }} levelOf={levelOf} addressOf={addressOf} current="" />
        </>
      )}
    </section>
  );
}

export function Core({ id }: { id: string }) {
  const [open, setOpen] = useState(id.split('/')[0] || 'object');
  return (
    <div class="two">
      <div>
        <Find />
        {facets.map((facet) => (
          <section class="facet">
            <h2>
              <button class="plain" aria-expanded={facet === open} onClick={() => setOpen(facet === open ? '' : facet)}>
                {facetName(facet)}
              </button>
            </h2>
            {facet === open && (
              <Branches<Vocabulary> path="/api/vocabulary" query={{ under: 'top', facet, lang: language.value }} levelOf={levelOf} addressOf={addressOf} current={id} />
            )}
          </section>
        ))}
      </div>
      {id ? <One key={id} id={id} /> : <p class="notice">{say('coreHelp')}</p>}
    </div>
  );
}
