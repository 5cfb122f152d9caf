// One of people's own vocabularies: its tree, and what a concept means, is called and how it is used.
import { useState } from 'preact/hooks';
import { call, type SchemeConcept, type SchemeConcepts, type SchemeMatch, type SchemeSettings } from '../api';
import { language, languages } from '../i18n';
import { t } from '../i18n/common';
import { may } from '../session';
import { useAct, useAnswer } from '../ui/answer';
import { Field } from '../ui/field';
import { Trouble } from '../ui/notice';
import { Branches, type Level } from './tree';
import { say } from './words';

interface Settings {
  hide: boolean;
  never: boolean;
  threshold: number | null;
  merge_into: string | null;
  rename: Record<string, string>;
  synonyms: Record<string, string[]>;
}

function noteOf(one: SchemeConcepts['concepts'][number]): string {
  return [one.notation, one.never && say('never'), one.hide && say('hide'), !one.matches && say('unmatched')].filter(Boolean).join(' · ');
}

function levelOf(page: SchemeConcepts): Level {
  return { nodes: page.concepts.map((one) => ({ id: one.id, label: one.label, narrower: one.narrower, note: noteOf(one) })), next: page.next };
}

function Matches({ of, change }: { of: SchemeMatch[]; change: (matches: SchemeMatch[]) => void }) {
  const [core, setCore] = useState('');
  const without = (i: number) => of.filter((_, at) => at !== i);
  return (
    <fieldset class="matches">
      <legend>{say('means')}</legend>
      <ul>
        {of.map((match, i) => (
          <li>
            <a href={`/vocabulary/${match.core}`}>{match.core}</a>{' '}
            <select
              aria-label={`${say('relation')}: ${match.core}`}
              value={match.relation ?? 'exact'}
              onChange={(event) => change(of.map((one, at) => (at === i ? { ...one, relation: event.currentTarget.value as NonNullable<SchemeMatch['relation']> } : one)))}
            >
              {(['exact', 'close', 'broader', 'narrower'] as const).map((one) => (
                <option value={one}>{say(one)}</option>
              ))}
            </select>{' '}
            {match.state === 'proposed' && (
              <button type="button" onClick={() => change(of.map((one, at) => (at === i ? { ...one, state: 'confirmed' } : one)))}>
                {say('confirm')}
              </button>
            )}
            <button type="button" class="plain" aria-label={`${t('remove')}: ${match.core}`} onClick={() => change(without(i))}>
              ×
            </button>
          </li>
        ))}
      </ul>
      <input aria-label={say('addMeaning')} placeholder="object/dog" value={core} onInput={(event) => setCore(event.currentTarget.value)} />
      <button
        type="button"
        disabled={!core.includes('/')}
        onClick={() => {
          change([...of, { core: core.trim(), relation: 'exact', state: 'confirmed' }]);
          setCore('');
        }}
      >
        {t('add')}
      </button>
    </fieldset>
  );
}

function Edit({ of, scheme, done }: { of: SchemeConcept; scheme: string; done: () => void }) {
  const [run, { busy, trouble }] = useAct();
  const begin = of.settings as unknown as Settings;
  const [now, setNow] = useState<Settings>(begin);
  const [matches, setMatches] = useState<SchemeMatch[]>(of.matches);
  const set = (change: Partial<Settings>) => setNow({ ...now, ...change });
  const save = async (event: Event) => {
    event.preventDefault();
    const rename = Object.fromEntries(Object.keys(languages).map((code) => [code, now.rename[code] || null]));
    const synonyms = Object.fromEntries(Object.keys(languages).map((code) => [code, now.synonyms[code]?.length ? now.synonyms[code] : null]));
    const body = { hide: now.hide, never: now.never, threshold: now.threshold, merge_into: now.merge_into || null, rename, synonyms, matches } as SchemeSettings;
    if (await run(() => call(`/api/schemes/${scheme}/concept`, { method: 'PATCH', query: { concept: of.id }, body }))) done();
  };
  return (
    <form onSubmit={(event) => void save(event)}>
      <Matches of={matches} change={setMatches} />
      <fieldset class="names">
        <legend>{say('ownNames')}</legend>
        {Object.entries(languages).map(([code, name]) => (
          <p class="field">
            <label for={`name-${code}`}>{name}</label>
            <input id={`name-${code}`} placeholder={of.labels[code] ?? ''} value={now.rename[code] ?? ''} onInput={(event) => set({ rename: { ...now.rename, [code]: event.currentTarget.value } })} />
            <input
              aria-label={`${say('alsoCalled')}: ${name}`}
              placeholder={say('alsoCalled')}
              value={now.synonyms[code]?.join(', ') ?? ''}
              onChange={(event) => set({ synonyms: { ...now.synonyms, [code]: event.currentTarget.value.split(',').map((word) => word.trim()).filter(Boolean) } })}
            />
          </p>
        ))}
      </fieldset>
      <Field label={say('threshold')} help={say('thresholdHelp')}>
        {(ids) => (
          <input {...ids} type="number" min="0" max="1" step="0.01" value={now.threshold ?? ''} onInput={(event) => set({ threshold: event.currentTarget.value ? event.currentTarget.valueAsNumber : null })} />
        )}
      </Field>
      <Field label={say('mergeInto')} help={say('mergeHelp')}>
        {(ids) => <input {...ids} value={now.merge_into ?? ''} onInput={(event) => set({ merge_into: event.currentTarget.value })} />}
      </Field>
      <p>
        <label>
          <input type="checkbox" checked={now.hide} onChange={(event) => set({ hide: event.currentTarget.checked })} /> {say('hideHelp')}
        </label>
        <br />
        <label>
          <input type="checkbox" checked={now.never} onChange={(event) => set({ never: event.currentTarget.checked })} /> {say('neverHelp')}
        </label>
      </p>
      {trouble !== undefined && <Trouble reason={trouble} />}
      <button class="main" disabled={busy}>
        {t('save')}
      </button>
    </form>
  );
}

function One({ scheme, id, changed }: { scheme: string; id: string; changed: () => void }) {
  const { value, trouble, again } = useAnswer<SchemeConcept>(`/api/schemes/${scheme}/concept`, { concept: id, lang: language.value });
  const [saved, setSaved] = useState(0);
  if (trouble !== undefined) return <Trouble reason={trouble} again={again} />;
  if (!value) return <p role="status">{t('loading')}</p>;
  const note = [...Object.values(value.definition ?? {}), ...Object.values(value.scope_note ?? {})].flat()[0];
  const done = () => {
    setSaved(saved + 1);
    again();
    changed();
  };
  return (
    <section class="concept" aria-labelledby="concept">
      <p class="path">{[...value.path, ''].join(' › ')}</p>
      <h2 id="concept">{value.label}</h2>
      <p>
        <code>{value.notations[0] ?? value.id}</code>
      </p>
      {note && <p>{note}</p>}
      {saved > 0 && <p role="status">{say('saved')}</p>}
      {may('admin') && <Edit key={`${value.id} ${saved}`} of={value} scheme={scheme} done={done} />}
    </section>
  );
}

export function SchemePage({ scheme, id }: { scheme: string; id: string }) {
  const [name, setName] = useState('');
  const [round, setRound] = useState(0);
  const addressOf = (concept: string) => `/vocabulary/own/${scheme}?concept=${encodeURIComponent(concept)}`;
  const query: Record<string, string> = name ? { name, lang: language.value } : { lang: language.value };
  return (
    <div class="two">
      <div>
        <p>
          <a href="/vocabulary/own">← {say('own')}</a>
        </p>
        <input type="search" aria-label={say('find')} placeholder={say('find')} value={name} onInput={(event) => setName(event.currentTarget.value)} />
        <Branches<SchemeConcepts> key={round} path={`/api/schemes/${scheme}/concepts`} query={query} levelOf={levelOf} addressOf={addressOf} current={id} />
      </div>
      {id ? <One key={id} scheme={scheme} id={id} changed={() => setRound(round + 1)} /> : <p class="notice">{say('schemeHelp')}</p>}
    </div>
  );
}
