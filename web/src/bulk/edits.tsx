// The changes that are wished for, one a line.
import { useId, useRef, useState } from 'preact/hooks';
import { Plus, Trash2 } from 'lucide';
import { call, type Suggestions } from '../api';
import { language } from '../i18n';
import { t } from '../i18n/common';
import { may } from '../session';
import { Icon } from '../ui/icon';
import type { Edit } from './state';
import { say } from './words';

/** A line as it is written; complete once its words are there. */
export interface Line {
  action: Edit['action'];
  tag: string;
  with: string;
}

export const emptyLine = (): Line => ({ action: may('write') ? 'add' : 'accept', tag: '', with: '' });

export function editsOf(lines: readonly Line[]): Edit[] {
  return lines.flatMap(({ action, tag, with: other }) => {
    const [one, two] = [tag.trim(), other.trim()];
    if (!one || (action === 'replace' && !two)) return [];
    return [action === 'replace' ? { action, tag: one, with: two } : { action, tag: one }];
  });
}

const writing = ['add', 'remove', 'replace', 'accept', 'reject'] as const;
const reviewing = ['accept', 'reject'] as const;

function TagInput({ label, value, set, first }: { label: string; value: string; set: (value: string) => void; first?: boolean }) {
  const id = useId();
  const [found, setFound] = useState<readonly string[]>([]);
  const under = useRef<AbortController | undefined>(undefined);
  const type = (text: string) => {
    set(text);
    under.current?.abort();
    if (text.trim().length < 2) return setFound([]);
    under.current = new AbortController();
    const { signal } = under.current;
    call<Suggestions>('/api/suggest', { query: { prefix: text, lang: language.value, limit: 8 }, signal }).then(
      ({ suggestions }) => setFound(suggestions.map((one) => one.text)),
      () => undefined, // one can write without
    );
  };
  return (
    <>
      <input aria-label={label} placeholder={label} value={value} list={id} maxLength={200} autoComplete="off" autoFocus={first} onInput={(event) => type(event.currentTarget.value)} />
      <datalist id={id}>
        {found.map((text) => (
          <option value={text} />
        ))}
      </datalist>
    </>
  );
}

export function Lines({ lines, set }: { lines: readonly Line[]; set: (lines: Line[]) => void }) {
  const put = (index: number, change: Partial<Line>) => set(lines.map((line, i) => (i === index ? { ...line, ...change } : line)));
  const actions = may('write') ? writing : reviewing;
  return (
    <>
      <ol class="edit-lines">
        {lines.map((line, i) => (
          <li>
            <select aria-label={say('what')} value={line.action} onChange={(event) => put(i, { action: event.currentTarget.value as Edit['action'] })}>
              {actions.map((action) => (
                <option value={action}>{say(action)}</option>
              ))}
            </select>
            <TagInput label={say('tag')} value={line.tag} set={(tag) => put(i, { tag })} first={i === 0} />
            {line.action === 'replace' && <TagInput label={say('by')} value={line.with} set={(other) => put(i, { with: other })} />}
            {lines.length > 1 && (
              <button type="button" class="plain" aria-label={t('remove')} onClick={() => set(lines.filter((_, at) => at !== i))}>
                <Icon of={Trash2} />
              </button>
            )}
          </li>
        ))}
      </ol>
      <button type="button" class="plain" onClick={() => set([...lines, emptyLine()])} disabled={lines.length >= 20}>
        <Icon of={Plus} size={16} /> {say('another')}
      </button>
    </>
  );
}
