// Pictures brought in from anywhere on the page, and the panel that tells how far they are while one goes on working.
import './upload.css';
import { computed, signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { CircleAlert, CircleCheck, ChevronDown, ChevronUp, Copy, FolderOpen, ImagePlus, RotateCcw, ScanEye, X } from 'lucide';
import { t } from '../i18n/common';
import { may } from '../session';
import { Icon } from '../ui/icon';
import { carriesFiles, chosen, dropped, pasted, type Intake } from './intake';
import { add, changed, clear, isLeaving, isOver, items, leftOut, pausedUntil, remove, retry, retryAll, secondsLeft, stop, stopped, type Item, type Phase } from './queue';
import { say } from './words';

const LISTED = 80;
const small = signal(false);
const over = signal(false); // files are held over the page

/** What there is, counted once for all who show it. */
const figures = computed(() => {
  void changed.value;
  const counts: Record<Phase, number> = { waiting: 0, sending: 0, tagging: 0, done: 0, known: 0, held: 0, failed: 0 };
  let moved = 0;
  for (const item of items) {
    counts[item.phase]++;
    moved += isOver(item) ? 1 : item.phase === 'tagging' ? 0.7 : item.phase === 'sending' ? item.moved * 0.6 : 0;
  }
  const ended = counts.done + counts.known + counts.held + counts.failed;
  return { counts, ended, all: items.length, share: items.length ? moved / items.length : 0 };
});

function bring(intake: Intake): void {
  small.value = false;
  add(intake);
}

/* ---- choosing ------------------------------------------------------------------------------------- */

function choose(folder: boolean): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.webkitdirectory = folder;
  if (!folder) input.accept = 'image/*,.heic,.heif,.avif,.jxl,.dng,.nef,.cr2,.cr3,.arw,.raf';
  input.addEventListener('change', () => input.files?.length && bring(chosen(input.files, folder)));
  input.click();
}

/** For the head of the page. */
export function AddPictures() {
  if (!may('write')) return null;
  return (
    <button class="plain add-pictures" onClick={() => choose(false)} title={say('hint')}>
      <Icon of={ImagePlus} /> <span class="word">{say('add')}</span>
    </button>
  );
}

/** For a library in which there is nothing yet; who may not write is told the children. */
export function DropTarget({ children }: { children?: ComponentChildren }) {
  if (!may('write')) return <>{children}</>;
  return (
    <div class="drop-target">
      <Icon of={ImagePlus} size={44} />
      <p>{say('dropHere')}</p>
      <p class="ways">
        <button class="main" onClick={() => choose(false)}>
          {say('choose')}
        </button>{' '}
        <button onClick={() => choose(true)}>{say('chooseFolder')}</button>
      </p>
      <p class="count">{say('stays')}</p>
    </div>
  );
}

/* ---- dropping and pasting ------------------------------------------------------------------------- */

function useWholePage(): void {
  useEffect(() => {
    let depth = 0; // every element on the way is entered and left
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      depth++;
      over.value = true;
    };
    const leave = () => {
      depth = Math.max(0, depth - 1);
      if (depth === 0) over.value = false;
    };
    const hold = (event: DragEvent) => {
      if (!carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
    };
    const drop = (event: DragEvent) => {
      depth = 0;
      over.value = false;
      if (!carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      void dropped(event.dataTransfer).then(bring);
    };
    const paste = (event: ClipboardEvent) => {
      if (event.clipboardData?.files.length) bring(pasted(event.clipboardData));
    };
    const stay = (event: BeforeUnloadEvent) => {
      if (items.some(isLeaving)) event.preventDefault();
    };
    const listeners = { dragenter: enter, dragleave: leave, dragover: hold, drop, paste, beforeunload: stay };
    for (const [name, listener] of Object.entries(listeners)) window.addEventListener(name, listener as EventListener);
    return () => {
      for (const [name, listener] of Object.entries(listeners)) window.removeEventListener(name, listener as EventListener);
    };
  }, []);
}

/* ---- one picture ---------------------------------------------------------------------------------- */

function whatToDo(item: Item): string {
  const { code = '', message = '', hint = '' } = item.problem ?? {};
  const key = `why_${code}`;
  return say.has(key) ? say(key) : [message, hint].filter(Boolean).join(' · ');
}

const news: Record<Phase, Parameters<typeof say>[0]> = {
  waiting: 'isWaiting',
  sending: 'isSending',
  tagging: 'isTagging',
  done: 'isDone',
  known: 'isKnown',
  held: 'isHeld',
  failed: 'isFailed',
};
const marks = { done: CircleCheck, known: Copy, held: ScanEye, failed: CircleAlert } as const;

function Mark({ phase, picture }: { phase: Phase; picture: string | undefined }) {
  if ((phase === 'done' || phase === 'known') && picture) {
    return <img src={`/api/pictures/${picture}/thumbnail`} alt="" loading="lazy" />;
  }
  return phase in marks ? <Icon of={marks[phase as keyof typeof marks]} size={20} /> : <i class="dot" />;
}

function Row({ item }: { item: Item }) {
  void changed.value; // the item is the same one, with another phase
  const linked = item.picture && (item.phase === 'done' || item.phase === 'known');
  return (
    <li class={item.phase}>
      <span class="mark">
        <Mark phase={item.phase} picture={item.picture} />
      </span>
      <span class="what">
        {linked ? <a href={`/pictures/${item.picture}`}>{item.name}</a> : <span class="name">{item.name}</span>}
        <small>{item.phase === 'failed' ? whatToDo(item) : say(news[item.phase], { n: Math.round(item.moved * 100) })}</small>
      </span>
      {item.phase === 'failed' && item.file && (
        <button class="plain" aria-label={`${t('tryAgain')}: ${item.name}`} title={t('tryAgain')} onClick={() => void retry(item)}>
          <Icon of={RotateCcw} size={16} />
        </button>
      )}
      {(item.phase === 'failed' || item.phase === 'waiting') && (
        <button class="plain" aria-label={`${say('remove')}: ${item.name}`} title={say('remove')} onClick={() => remove(item)}>
          <Icon of={X} size={16} />
        </button>
      )}
    </li>
  );
}

/** What needs somebody first, then what happens now, then what is done, latest first. */
const order: Phase[] = ['failed', 'sending', 'tagging', 'held', 'known', 'done', 'waiting'];

function List() {
  void changed.value;
  const sorted = [...items].sort((a, b) => order.indexOf(a.phase) - order.indexOf(b.phase) || (isOver(a) ? b.number - a.number : a.number - b.number));
  return (
    <ul>
      {sorted.slice(0, LISTED).map((item) => (
        <Row key={item.number} item={item} />
      ))}
      {sorted.length > LISTED && <li class="count">{say('andMore', { n: sorted.length - LISTED })}</li>}
    </ul>
  );
}

/* ---- the panel ------------------------------------------------------------------------------------ */

function remaining(): string {
  const seconds = secondsLeft();
  if (seconds === undefined) return '';
  if (seconds < 50) return say('soon');
  return seconds < 5400 ? say('minutes', { n: Math.ceil(seconds / 60) }) : say('hours', { n: Math.round(seconds / 3600) });
}

function summary(): string {
  const { counts, ended, all } = figures.value;
  if (ended < all) return say('progress', { done: ended, all });
  const parts = [say('sumDone', { n: counts.done })];
  if (counts.known) parts.push(say('sumKnown', { n: counts.known }));
  if (counts.held) parts.push(say('sumHeld', { n: counts.held }));
  if (counts.failed) parts.push(say('sumFailed', { n: counts.failed }));
  return parts.join(', ');
}

/** What a screen reader is told: beginnings, ends and troubles, not every step. */
function announcement(): string {
  const { counts, ended, all } = figures.value;
  if (ended === all) return summary();
  return counts.failed ? say('sumFailed', { n: counts.failed }) : say('begun');
}

function Notes() {
  const { counts } = figures.value;
  const halt = stopped.value;
  const halted = halt && say.has(`why_${halt.code}`) ? say(`why_${halt.code}` as 'why_no_credit') : [halt?.message, halt?.hint].filter(Boolean).join(' · ');
  return (
    <>
      {pausedUntil.value > 0 && <p class="note">{say('busy')}</p>}
      {halt && (
        <p class="note bad" role="alert">
          {halted}{' '}
          <button onClick={retryAll}>{t('tryAgain')}</button>
        </p>
      )}
      {counts.failed > 1 && !halt && (
        <p class="note">
          <button onClick={retryAll}>{say('retryAll', { n: counts.failed })}</button>
        </p>
      )}
      {leftOut.value > 0 && <p class="note">{say('leftOut', { n: leftOut.value })}</p>}
    </>
  );
}

function Panel() {
  const { ended, all, share } = figures.value;
  const busy = ended < all;
  return (
    <aside class="uploads" aria-label={say('uploads')}>
      <div class="head">
        <p>
          <strong>{summary()}</strong>
          {busy && <span class="count"> {remaining()}</span>}
        </p>
        <button class="plain" aria-expanded={!small.value} aria-label={say('details')} onClick={() => (small.value = !small.value)}>
          <Icon of={small.value ? ChevronUp : ChevronDown} />
        </button>
        <button class="plain" aria-label={busy ? say('stop') : t('close')} title={busy ? say('stop') : t('close')} onClick={busy ? stop : clear}>
          <Icon of={X} />
        </button>
      </div>
      {busy && <progress max={1} value={share} aria-label={say('uploads')} />}
      {!small.value && (
        <>
          <Notes />
          <List />
          <p class="foot">
            <button class="plain" onClick={() => choose(false)}>
              <Icon of={ImagePlus} size={16} /> {say('choose')}
            </button>
            <button class="plain" onClick={() => choose(true)}>
              <Icon of={FolderOpen} size={16} /> {say('chooseFolder')}
            </button>
          </p>
        </>
      )}
    </aside>
  );
}

function Veil() {
  return (
    <div class="drop-veil">
      <p>
        <Icon of={ImagePlus} size={56} />
        {say('drop')}
      </p>
    </div>
  );
}

/** Once in the page, wherever one is in it. */
export function Uploads() {
  useWholePage();
  if (!may('write')) return null;
  return (
    <>
      <p class="hidden" role="status">
        {figures.value.all > 0 || leftOut.value > 0 ? announcement() : ''}
      </p>
      {over.value && <Veil />}
      {(figures.value.all > 0 || leftOut.value > 0) && <Panel />}
    </>
  );
}
