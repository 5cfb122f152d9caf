// One box for words, tags and operators, with what one may be about to write.
import './search.css';
import { useRef, useState } from 'preact/hooks';
import { Search } from 'lucide';
import { call, type Suggestions } from '../api';
import { language, number } from '../i18n';
import { Icon } from '../ui/icon';
import { ask, question } from './question';
import { say } from './words';

type Suggestion = Suggestions['suggestions'][number];

/** The word that is being written: letters since the last space, bracket or operator. */
export function lastWord(text: string): string {
  return /[^\s()"|:-]*$/u.exec(text)?.[0] ?? '';
}

export function SearchBox() {
  const [text, setText] = useState(question.value.text);
  const [shown, setShown] = useState<Suggestion[]>([]);
  const [at, setAt] = useState(-1);
  const under = useRef<AbortController | undefined>(undefined);

  const suggest = async (typed: string) => {
    under.current?.abort();
    const prefix = lastWord(typed);
    if (prefix.length < 2) return setShown([]);
    under.current = new AbortController();
    const { signal } = under.current;
    try {
      const found = await call<Suggestions>('/api/suggest', { query: { prefix, lang: language.value, limit: 8 }, signal });
      setShown(found.suggestions);
      setAt(-1);
    } catch {
      setShown([]); // without suggestions one can still write
    }
  };

  const type = (typed: string) => {
    setText(typed);
    void suggest(typed);
  };

  const complete = (suggestion: Suggestion) => {
    const whole = text.slice(0, text.length - lastWord(text).length) + suggestion.text;
    setText(whole);
    setShown([]);
    ask({ text: whole });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (!shown.length) return;
    if (event.key === 'ArrowDown') setAt((at + 1) % shown.length);
    else if (event.key === 'ArrowUp') setAt((at + shown.length) % (shown.length + 1) - (at <= 0 ? 0 : 1));
    else if (event.key === 'Enter' && at >= 0) complete(shown[at]!);
    else if (event.key === 'Escape') setShown([]);
    else return;
    event.preventDefault();
  };

  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        setShown([]);
        ask({ text });
      }}
    >
      <Icon of={Search} />
      <input
        type="search"
        aria-label={say('search')}
        placeholder={say('searchHint')}
        value={text}
        role="combobox"
        list={undefined}
        aria-expanded={shown.length > 0}
        aria-controls="suggestions"
        aria-autocomplete="list"
        aria-activedescendant={at >= 0 ? `suggestion-${at}` : undefined}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={() => setTimeout(() => setShown([]), 150)}
      />
      <ul id="suggestions" role="listbox" aria-label={say('search')} hidden={!shown.length}>
        {shown.map((suggestion, i) => (
          <li id={`suggestion-${i}`} role="option" aria-selected={i === at} onMouseDown={() => complete(suggestion)}>
            <span>{suggestion.text}</span> <span class="count">{number(suggestion.pictures)}</span>
          </li>
        ))}
      </ul>
    </form>
  );
}
