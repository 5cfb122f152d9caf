// One picture: large, with its boxes, and beside it everything known about it and all that can be done to it.
import './picture.css';
import { useEffect, useState } from 'preact/hooks';
import { ArrowLeft, Images, Trash2, Undo2 } from 'lucide';
import type { Picture } from '../api';
import { language, number } from '../i18n';
import { t } from '../i18n/common';
import type { RoomProps } from '../rooms';
import { found, go } from '../router';
import { may } from '../session';
import { Icon } from '../ui/icon';
import { Trouble } from '../ui/notice';
import { AddTag } from './add-tag';
import { Compare } from './compare';
import { Facts } from './facts';
import { History } from './history';
import { look, neighbours, step } from './neighbours';
import { done, leave, load, moderate, picture, remove, trouble, undo } from './state';
import { Tags } from './tags';
import { Texts } from './texts';
import { Viewer } from './viewer';
import { say } from './words';

const library = () => `/${found.value}`;

/** Ctrl+Z takes back, as everywhere; in a text it is the text's own. */
function useUndoKey(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.target as Element).closest('input, textarea')) return;
      if (event.key === 'z' && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
        event.preventDefault();
        void undo();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

function Where() {
  const near = neighbours.value;
  return (
    <p class="where">
      <a href={library()}>
        <Icon of={ArrowLeft} size={16} /> {near && found.value ? say('toResult') : t('library')}
      </a>
      {near && <span class="count">{say('position', { n: near.index + 1, all: near.total })}</span>}
    </p>
  );
}

/** What the picture still waits for, or why it is not shown to everybody. */
function State({ of }: { of: Picture }) {
  if (of.state === 'pending') return <p class="state">{say('pending')}</p>;
  if (of.state === 'failed') return <p class="state bad">{[say('failed'), of.error?.message, of.error?.hint].filter(Boolean).join(' ')}</p>;
  if (of.visibility === 'visible') return null;
  return (
    <p class="state bad">
      {say(of.visibility)} {of.reason}{' '}
      {may('review') && (
        <>
          <button onClick={() => void moderate('release')}>{say('release')}</button>{' '}
          {of.visibility === 'held' && <button onClick={() => void moderate('reject')}>{t('reject')}</button>}
        </>
      )}
    </p>
  );
}

function Undo() {
  const latest = done.value.at(-1);
  return (
    <div class="undo" role="status">
      {latest && (
        <p>
          {latest.what}{' '}
          <button class="plain" onClick={() => void undo()}>
            <Icon of={Undo2} size={16} /> {t('undo')}
          </button>
        </p>
      )}
    </div>
  );
}

function Remove() {
  const [sure, setSure] = useState(false);
  if (!may('write')) return null;
  const act = async () => {
    const { next, previous } = neighbours.value ?? {};
    if (!(await remove())) return;
    const then = next ?? previous;
    go(then ? `/pictures/${then}` : library(), true);
  };
  if (!sure) {
    return (
      <button class="plain bad" onClick={() => setSure(true)}>
        <Icon of={Trash2} size={16} /> {say('delete')}
      </button>
    );
  }
  return (
    <span role="group" aria-label={say('delete')}>
      {say('deleteSure')} <button onClick={() => void act()}>{t('remove')}</button> <button onClick={() => setSure(false)}>{t('cancel')}</button>
    </span>
  );
}

function About({ of }: { of: Picture }) {
  const [historyOpen, setHistoryOpen] = useState(false);
  return (
    <div class="about">
      <Where />
      <h1>{of.title || of.name}</h1>
      <State of={of} />
      {trouble.value !== undefined && <Trouble reason={trouble.value} />}
      <Tags of={of} />
      {may('write') && <AddTag />}
      <Texts of={of} />
      <Facts of={of} />
      <History open={historyOpen} toggle={setHistoryOpen} />
      {may('write') && <Compare of={of} />}
      <p class="ends">
        <a href={`/?similar=${of.id}`}>
          <Icon of={Images} size={16} /> {t('similar')}
        </a>
        <Remove key={of.id} />
      </p>
    </div>
  );
}

export function PicturePage({ found: [id = ''] }: RoomProps) {
  useUndoKey();
  useEffect(() => void load(id), [id, language.value]);
  useEffect(() => void look(id), [id]);
  useEffect(() => leave, []);
  useEffect(() => {
    const back = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !(event.target as Element).closest('input, textarea, select')) go(library());
    };
    window.addEventListener('keydown', back);
    return () => window.removeEventListener('keydown', back);
  }, []);
  const shown = picture.value;
  if (!shown || shown.id !== id) return trouble.value ? <Trouble reason={trouble.value} again={() => void load(id)} /> : <p class="notice">{t('loading')}</p>;
  return (
    <article class="picture">
      <Viewer of={shown} />
      <About of={shown} />
      <Undo />
      <p class="hidden" role="status">
        {neighbours.value && step.can(1) ? say('position', { n: neighbours.value.index + 1, all: number(neighbours.value.total) }) : ''}
      </p>
    </article>
  );
}
