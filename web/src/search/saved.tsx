// Searches that one keeps, to ask them again.
import { useState } from 'preact/hooks';
import { signal } from '@preact/signals';
import { Star, Trash2 } from 'lucide';
import { call, type SavedSearch } from '../api';
import { t } from '../i18n/common';
import { go } from '../router';
import { Icon } from '../ui/icon';
import { Trouble } from '../ui/notice';
import { partsOf } from './chosen';
import { Popover } from './popover';
import { addressOf, isAsking, question } from './question';
import { say } from './words';

const kept = signal<SavedSearch[] | undefined>(undefined);
const trouble = signal<unknown>(undefined);

/** Runs a change, then reads the list anew. */
async function change(make?: () => Promise<unknown>): Promise<void> {
  try {
    await make?.();
    kept.value = (await call<{ searches: SavedSearch[] }>('/api/searches')).searches;
    trouble.value = undefined;
  } catch (reason) {
    trouble.value = reason;
  }
}

const queryOf = (): string => addressOf(question.value).split('?')[1] ?? '';

function List({ close }: { close: () => void }) {
  const [name, setName] = useState(
    partsOf(question.value)
      .map((part) => part.name)
      .join(', ')
      .slice(0, 100),
  );
  useState(() => void change());
  const keep = () => void change(() => call('/api/searches', { method: 'POST', body: { name: name.trim(), query: queryOf() } }));
  return (
    <>
      {trouble.value !== undefined && <Trouble reason={trouble.value} />}
      {isAsking(question.value) && (
        <div class="keep">
          <input
            aria-label={say('savedName')}
            maxLength={100}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              if (name.trim()) keep();
            }}
          />
          <button type="button" class="main" disabled={!name.trim()} onClick={keep}>
            {t('save')}
          </button>
        </div>
      )}
      {kept.value?.length === 0 && <p>{say('savedNone')}</p>}
      <ul class="saved">
        {kept.value?.map((search) => (
          <li key={search.id}>
            <a
              href={`/?${search.query}`}
              aria-current={search.query === queryOf() ? 'true' : undefined}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                close();
                go(`/?${search.query}`);
              }}
            >
              {search.name}
            </a>
            <button type="button" class="plain" aria-label={`${t('remove')}: ${search.name}`} onClick={() => void change(() => call(`/api/searches/${search.id}`, { method: 'DELETE' }))}>
              <Icon of={Trash2} size={15} />
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

export function Saved() {
  const isKept = kept.value?.some(({ query }) => query === queryOf());
  return (
    <Popover name={say('saved')} icon={Star} on={Boolean(isKept)}>
      {(close) => <List close={close} />}
    </Popover>
  );
}
