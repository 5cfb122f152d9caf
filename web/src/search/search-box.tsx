// One box for words, tags and operators. It searches while one writes, and says what one may be about to write.
import './search.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { effect } from '@preact/signals';
import { Search } from 'lucide';
import { call, type Suggestions } from '../api';
import { language, number } from '../i18n';
import { complaint } from '../library/state';
import { Icon } from '../ui/icon';
import { Help } from './help';
import { ask, isQuery, isUnfinished, question } from './question';
import { Saved } from './saved';
import { say } from './words';

type Suggestion = Suggestions['suggestions'][number];

const PAUSE = 60; // ms without a key until what stands there is searched for

/** The word that is being written: letters since the last space, bracket or operator. */
export function lastWord(text: string): string {
  return /[^\s()"|:-]*$/u.exec(text)?.[0] ?? '';
}

/** One letter says nothing; one Chinese character may. */
function isTooShort(text: string): boolean {
  return text.length === 1 && text < '\u0250';
}

/** The text once the word that is being written is this one; names of several words stand in quotes among operators. */
export function completed(text: string, name: string): string {
  const before = text.slice(0, text.length - lastWord(text).length);
  if (before.endsWith('"')) return `${before}${name}"`;
  return before + (name.includes(' ') && isQuery(before) ? `"${name}"` : name);
}

/** Searches a moment after the last key. The first step away is worth going back to, those between are not. */
function useLive(): { later: (text: string) => void; now: (text: string) => void } {
  const timer = useRef<number | undefined>(undefined);
  const isOnTheWay = useRef(false);
  const now = (text: string, live = false) => {
    window.clearTimeout(timer.current);
    const trimmed = text.trim();
    if (trimmed !== question.value.text) ask({ text: trimmed }, isOnTheWay.current);
    isOnTheWay.current = live;
  };
  const later = (text: string) => {
    window.clearTimeout(timer.current);
    if (isUnfinished(text) || isTooShort(text.trim())) return;
    timer.current = window.setTimeout(() => now(text, true), PAUSE);
  };
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return { later, now };
}

function useSuggestions() {
  const [shown, setShown] = useState<Suggestion[]>([]);
  const under = useRef<AbortController | undefined>(undefined);
  const hide = () => {
    under.current?.abort();
    setShown([]);
  };
  const suggest = async (typed: string) => {
    under.current?.abort();
    const prefix = lastWord(typed);
    if (!prefix || isTooShort(prefix)) return setShown([]);
    const { signal } = (under.current = new AbortController());
    try {
      const found = await call<Suggestions>('/api/suggest', { query: { prefix, lang: language.value, limit: 8 }, signal });
      if (!signal.aborted) setShown(found.suggestions.filter(({ text }) => text.toLowerCase() !== typed.toLowerCase()));
    } catch {
      if (!signal.aborted) setShown([]); // without suggestions one can still write
    }
  };
  return { shown, hide, suggest };
}

export function SearchBox() {
  const [text, setText] = useState(question.value.text);
  const [at, setAt] = useState(-1);
  const { shown, hide, suggest } = useSuggestions();
  const { later, now } = useLive();
  const input = useRef<HTMLInputElement>(null);

  // Another address, another text: unless it is the one that is being written.
  useEffect(
    () =>
      effect(() => {
        const asked = question.value.text;
        setText((written) => (written.trim() === asked ? written : document.activeElement === input.current && asked !== '' ? written : asked));
      }),
    [],
  );
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const inText = (event.target as Element).closest?.('input, textarea, select, [contenteditable]');
      if (event.key !== '/' || inText || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.current?.select();
      input.current?.focus();
    };
    window.addEventListener('keydown', focus);
    return () => window.removeEventListener('keydown', focus);
  }, []);

  const write = (typed: string) => {
    setText(typed);
    setAt(-1);
    later(typed);
    void suggest(typed);
  };
  const finish = (whole: string) => {
    setText(whole);
    setAt(-1);
    hide();
    now(whole);
  };
  const isOpen = shown.length > 0;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' && isOpen) setAt((at + 1) % shown.length);
    else if (event.key === 'ArrowUp' && isOpen) setAt(at <= 0 ? shown.length - 1 : at - 1);
    else if (event.key === 'ArrowDown') void suggest(text);
    else if ((event.key === 'Enter' || event.key === 'Tab') && isOpen && at >= 0) finish(completed(text, shown[at]!.text));
    else if (event.key === 'Escape' && isOpen) {
      hide();
      setAt(-1);
    } else return;
    event.preventDefault();
  };

  return (
    <div class="search-row">
      <form
        class="search"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          finish(text);
        }}
      >
        <Icon of={Search} />
        <input
          ref={input}
          type="search"
          aria-label={say('search')}
          placeholder={say('searchHint')}
          value={text}
          role="combobox"
          list={undefined}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          enterkeyhint="search"
          aria-expanded={isOpen}
          aria-controls="suggestions"
          aria-autocomplete="list"
          aria-describedby="search-complaint"
          aria-activedescendant={at >= 0 ? `suggestion-${at}` : undefined}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onBlur={hide}
        />
        <Saved />
        <Help insert={(example) => finish(text.trim() ? `${text.trim()} ${example}` : example)} />
        <ul id="suggestions" role="listbox" aria-label={say('suggestions')} hidden={!isOpen}>
          {shown.map((suggestion, i) => (
            <li
              key={suggestion.text}
              id={`suggestion-${i}`}
              role="option"
              aria-selected={i === at}
              onMouseDown={(event) => {
                event.preventDefault(); // the box keeps the focus
                finish(completed(text, suggestion.text));
              }}
            >
              <span>{suggestion.text}</span> <span class="count">{number(suggestion.pictures)}</span>
            </li>
          ))}
        </ul>
      </form>
      <p id="search-complaint" class="complaint" role="status">
        {complaint.value}
      </p>
    </div>
  );
}
