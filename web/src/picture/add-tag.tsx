// A tag given by hand: completed from the vocabulary in the page's language, or any word at all.
import { useRef, useState } from 'preact/hooks';
import { call, type Suggestions } from '../api';
import { language } from '../i18n';
import { t } from '../i18n/common';
import { facetName } from '../i18n/facets';
import { edit } from './state';
import { say } from './words';

type Suggestion = Suggestions['suggestions'][number];

export function AddTag() {
  const [text, setText] = useState('');
  const [shown, setShown] = useState<Suggestion[]>([]);
  const [at, setAt] = useState(-1);
  const under = useRef<AbortController | undefined>(undefined);

  const close = () => {
    setShown([]);
    setAt(-1);
  };

  const type = async (typed: string) => {
    setText(typed);
    under.current?.abort();
    if (!typed.trim()) return close();
    const { signal } = (under.current = new AbortController());
    try {
      const found = await call<Suggestions>('/api/suggest', { query: { prefix: typed.trim().slice(0, 100), lang: language.value, limit: 8 }, signal });
      setShown(found.suggestions);
      setAt(-1);
    } catch {
      if (!signal.aborted) close(); // without completion one can still write
    }
  };

  const add = async (tag: string, name: string) => {
    under.current?.abort();
    close();
    if (await edit([{ action: 'add', tag }], say('didAdd', { tag: name }))) setText('');
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (!shown.length) return;
    if (event.key === 'ArrowDown') setAt((at + 1) % shown.length);
    else if (event.key === 'ArrowUp') setAt((at <= 0 ? shown.length : at) - 1);
    else if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && at >= 0) void add(shown[at]!.concept ?? shown[at]!.text, shown[at]!.text);
    else return;
    event.preventDefault();
  };

  return (
    <form
      class="add-tag"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) void add(text.trim(), text.trim());
      }}
    >
      <input
        role="combobox"
        aria-label={say('addTag')}
        placeholder={say('addTag')}
        autocomplete="off"
        maxLength={200}
        value={text}
        aria-expanded={shown.length > 0}
        aria-controls="tag-suggestions"
        aria-autocomplete="list"
        aria-activedescendant={at >= 0 ? `tag-suggestion-${at}` : undefined}
        onInput={(event) => void type(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={close}
      />
      <button>{t('add')}</button>
      <ul id="tag-suggestions" role="listbox" aria-label={say('completions')} hidden={!shown.length}>
        {shown.map((one, i) => (
          <li
            id={`tag-suggestion-${i}`}
            role="option"
            aria-selected={i === at}
            onMouseDown={(event) => {
              event.preventDefault(); // the focus stays where one writes
              void add(one.concept ?? one.text, one.text);
            }}
          >
            <span>{one.text}</span> {one.concept && <span class="count">{facetName(one.concept.split('/')[0]!)}</span>}
          </li>
        ))}
      </ul>
    </form>
  );
}
