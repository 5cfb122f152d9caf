// Title, description and alternative text, in each of the seven languages: read, copied, written.
import { useEffect, useState } from 'preact/hooks';
import { Pencil, RotateCcw } from 'lucide';
import { call, type Picture } from '../api';
import { language, languages, type Language } from '../i18n';
import { t } from '../i18n/common';
import { may } from '../session';
import { CopyButton } from '../ui/copy';
import { Icon } from '../ui/icon';
import { write, type Texts as Written } from './state';
import { say } from './words';

type Name = keyof Written;
const names: Name[] = ['title', 'description', 'alt'];
const longest: Record<Name, number> = { title: 1000, description: 20000, alt: 5000 };

/** What the picture says of itself in another language than the page's. */
function useTexts(of: Picture, spoken: Language): Picture | undefined {
  const [other, setOther] = useState<Picture>();
  const here = spoken === language.value;
  useEffect(() => {
    if (here) return;
    const query = { lang: spoken, held: may('review') || undefined };
    void call<Picture>(`/api/pictures/${of.id}`, { query }).then(setOther, () => setOther(undefined));
  }, [of.id, of.version, spoken, here]);
  return here ? of : other;
}

function Writing({ name, text, close }: { name: Name; text: string; close: () => void }) {
  const [now, setNow] = useState(text);
  const save = async (event: Event) => {
    event.preventDefault();
    if (await write({ [name]: now.trim() }, say('didWrite', { what: t(name) }))) close();
  };
  return (
    <form class="writing" onSubmit={(event) => void save(event)} onKeyDown={(event) => event.key === 'Escape' && close()}>
      <textarea aria-label={t(name)} rows={name === 'description' ? 4 : 2} maxLength={longest[name]} value={now} onInput={(event) => setNow(event.currentTarget.value)} ref={(area) => area?.focus()} />
      <small>{say('everyLanguage')}</small>
      <p>
        <button class="main">{t('save')}</button>{' '}
        <button type="button" onClick={close}>
          {t('cancel')}
        </button>
      </p>
    </form>
  );
}

function Text({ name, of, spoken }: { name: Name; of: Picture; spoken: Language }) {
  const [editing, setEditing] = useState(false);
  const made = of.made.includes(name);
  const text = of[name];
  return (
    <>
      <dt>
        {t(name)} <span class="count">{text && (made ? say('made') : say('own'))}</span>
      </dt>
      <dd>
        {editing ? (
          <Writing name={name} text={made ? '' : text} close={() => setEditing(false)} />
        ) : (
          <>
            <span lang={made ? spoken : undefined}>{text || '—'}</span>
            <span class="acts">
              {text && <CopyButton what={t(name)} text={text} />}
              {may('write') && (
                <button class="plain" aria-label={`${say('edit')}: ${t(name)}`} title={say('edit')} onClick={() => setEditing(true)}>
                  <Icon of={Pencil} size={15} />
                </button>
              )}
              {may('write') && !made && text && (
                <button class="plain" aria-label={`${say('remake')}: ${t(name)}`} title={say('remake')} onClick={() => void write({ [name]: '' }, say('didWrite', { what: t(name) }))}>
                  <Icon of={RotateCcw} size={15} />
                </button>
              )}
            </span>
          </>
        )}
      </dd>
    </>
  );
}

export function Texts({ of }: { of: Picture }) {
  const [spoken, setSpoken] = useState<Language>(language.value);
  useEffect(() => setSpoken(language.value), [language.value]);
  const shown = useTexts(of, spoken);
  const go = (event: KeyboardEvent) => {
    const codes = Object.keys(languages) as Language[];
    const way = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (!way) return;
    event.preventDefault();
    const next = codes[(codes.indexOf(spoken) + way + codes.length) % codes.length]!;
    setSpoken(next);
    document.getElementById(`texts-${next}`)?.focus();
  };
  return (
    <section class="texts">
      <h2>{say('texts')}</h2>
      <div class="languages" role="tablist" aria-label={say('texts')} onKeyDown={go}>
        {Object.entries(languages).map(([code, name]) => (
          <button id={`texts-${code}`} role="tab" aria-selected={code === spoken} aria-controls="texts" tabIndex={code === spoken ? 0 : -1} lang={code} title={name} aria-label={`${code} ${name}`} onClick={() => setSpoken(code as Language)}>
            {code}
          </button>
        ))}
      </div>
      <div id="texts" role="tabpanel" aria-labelledby={`texts-${spoken}`}>
        <dl class="facts">{shown && names.map((name) => <Text key={name} name={name} of={shown} spoken={spoken} />)}</dl>
      </div>
    </section>
  );
}
