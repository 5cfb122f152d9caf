// The review queue: what machines suggested waits for a word of a person's.
import './review.css';
import { useEffect } from 'preact/hooks';
import { CloudOff, Grid3x3, Image as OnePicture, Undo2 } from 'lucide';
import { language, number } from '../i18n';
import { t } from '../i18n/common';
import { go, place } from '../router';
import { Icon } from '../ui/icon';
import { Empty, Trouble } from '../ui/notice';
import { Many } from './many';
import { One } from './one';
import { offline, refused, waiting } from './outbox';
import { at, busy, concepts, grid, leave, mode, past, progress, questions, start, trouble, undo, wanted, type Mode } from './state';
import { say } from './words';

function addressOf(to: Mode, tag: string): string {
  const query = new URLSearchParams(to === 'many' ? { mode: 'many', ...(tag ? { tag } : {}) } : {});
  const text = query.toString();
  return text ? `/review?${text}` : '/review';
}

function Modes() {
  return (
    <div class="modes" role="group" aria-label={say('how')}>
      <button aria-pressed={mode.value === 'one'} onClick={() => go(addressOf('one', ''))}>
        <Icon of={OnePicture} /> {say('modeOne')}
      </button>
      <button aria-pressed={mode.value === 'many'} onClick={() => go(addressOf('many', wanted.value))}>
        <Icon of={Grid3x3} /> {say('modeMany')}
      </button>
    </div>
  );
}

function Concepts() {
  return (
    <label class="which">
      <span class="hidden">{say('which')}</span>
      <select value={wanted.value} onChange={(event) => go(addressOf('many', event.currentTarget.value))}>
        <option value="">{say('whatHelps')}</option>
        {wanted.value && !concepts.value.some(({ tag }) => tag === wanted.value) && <option value={wanted.value}>{wanted.value}</option>}
        {concepts.value.map(({ tag, label, waiting: count }) => (
          <option value={tag}>
            {label} ({number(count)})
          </option>
        ))}
      </select>
    </label>
  );
}

function Figures() {
  const now = progress.value;
  if (!now) return null;
  const total = now.done + now.open;
  return (
    <div class="figures">
      <progress value={now.done} max={Math.max(1, total)} aria-label={say('doneToday')} />
      <p>
        {say('left', { n: now.open })} · {say('today', { n: now.done, mine: now.mine })}
      </p>
    </div>
  );
}

function Waiting() {
  if (!offline.value || !waiting.value) return null;
  return (
    <p class="offline" role="status">
      <Icon of={CloudOff} /> {say('offline', { n: waiting.value })}
    </p>
  );
}

/** Nothing to ask: why, and what one can do now. */
function Done() {
  const now = progress.value;
  return (
    <Empty title={say(past.value.length ? 'doneThanks' : 'nothing')}>
      {now && now.skipped > 0 && (
        <p>
          <button class="main" onClick={() => void start({ skipped: true })}>
            {say('again', { n: now.skipped })}
          </button>
        </p>
      )}
      {now && now.open > now.skipped && <p>{say('withOthers', { n: now.open - now.skipped })}</p>}
      {wanted.value && mode.value === 'many' && (
        <p>
          <button onClick={() => go(addressOf('many', ''))}>{say('whatHelps')}</button>
        </p>
      )}
      <p>
        <a href="/">{t('toLibrary')}</a>
      </p>
    </Empty>
  );
}

function Inside() {
  const asked = mode.value === 'one' ? questions.value[at.value] : grid.value[0];
  if (asked) return mode.value === 'one' ? <One /> : <Many />;
  return (
    <>
      <h1 class="hidden">{t('review')}</h1>
      <Instead />
    </>
  );
}

/** There is no question to show. */
function Instead() {
  if (trouble.value) return <Trouble reason={trouble.value} again={() => void start()} />;
  if (busy.value) return <p class="notice">{t('loading')}</p>;
  return <Done />;
}

export function ReviewPage() {
  const { query } = place.value;
  const to: Mode = query.get('mode') === 'many' ? 'many' : 'one';
  const tag = query.get('tag') ?? '';
  useEffect(() => {
    mode.value = to;
    wanted.value = to === 'many' ? tag : '';
    void start();
  }, [to, tag, language.value]);
  useEffect(() => leave, []);
  return (
    <div class="review">
      <div class="review-bar">
        <Modes />
        {mode.value === 'many' && <Concepts />}
        <Figures />
        <button class="undo" onClick={undo} disabled={!past.value.length}>
          <Icon of={Undo2} /> {t('undo')} <kbd>Z</kbd>
        </button>
      </div>
      <Waiting />
      {refused.value !== undefined && <Trouble reason={refused.value} />}
      <Inside />
    </div>
  );
}
