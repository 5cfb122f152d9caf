// All pictures, or those that a question finds.
import './library.css';
import { useEffect } from 'preact/hooks';
import { signal, useSignalEffect } from '@preact/signals';
import { Grid } from '../grid/grid';
import { language } from '../i18n';
import { t } from '../i18n/common';
import { go } from '../router';
import { Facets } from '../search/facets';
import { SearchBox } from '../search/search-box';
import { ask, isAsking, question } from '../search/question';
import { Empty, Trouble } from '../ui/notice';
import { arrived } from '../upload/queue';
import { DropTarget } from '../upload/uploads';
import { busy, facets, hints, load, pictures, ratios, total, trouble, wantUpTo } from './state';
import { say } from './words';

const rowHeight = signal(Number(window.localStorage.getItem('row-height')) || 200);
const selected = signal<ReadonlySet<string>>(new Set());
let anchor = 0;

function select(index: number, how: 'one' | 'more' | 'range'): void {
  const id = pictures.value[index]?.id;
  if (!id) return;
  const chosen = new Set(how === 'one' ? [] : selected.value);
  if (how === 'range') {
    const [low, high] = anchor < index ? [anchor, index] : [index, anchor];
    for (const picture of pictures.value.slice(low, high + 1)) chosen.add(picture.id);
  } else {
    anchor = index;
    if (chosen.has(id)) chosen.delete(id);
    else chosen.add(id);
  }
  selected.value = chosen;
}

const orders = [
  ['', 'sortFitting'],
  ['taken', 'sortTaken'],
  ['-taken', 'sortTakenOld'],
  ['created', 'sortCreated'],
  ['size', 'sortSize'],
  ['random', 'sortRandom'],
] as const;

function Bar() {
  return (
    <div class="bar">
      <p role="status">{busy.value ? t('loading') : say('found', { n: total.value })}</p>
      {selected.value.size > 0 && (
        <p>
          {say('selected', { n: selected.value.size })}{' '}
          <button class="plain" onClick={() => (selected.value = new Set())}>
            {say('selectNone')}
          </button>
        </p>
      )}
      <label>
        {say('sort')}{' '}
        <select value={question.value.sort} onChange={(event) => ask({ sort: event.currentTarget.value })}>
          {orders.map(([value, key]) => (
            <option value={value}>{say(key)}</option>
          ))}
        </select>
      </label>
      <label>
        {say('size')}{' '}
        <input
          type="range"
          min="100"
          max="400"
          step="20"
          value={rowHeight.value}
          onInput={(event) => {
            rowHeight.value = event.currentTarget.valueAsNumber;
            window.localStorage.setItem('row-height', String(rowHeight.value));
          }}
        />
      </label>
    </div>
  );
}

function Result() {
  if (trouble.value) return <Trouble reason={trouble.value} again={() => void load(question.value)} />;
  if (!busy.value && total.value === 0) {
    if (!isAsking(question.value)) {
      return (
        <Empty title={say('empty')}>
          <DropTarget>{say('emptyHelp')}</DropTarget>
        </Empty>
      );
    }
    return (
      <Empty title={say('noMatch')}>
        <p>{hints.value.join(' ') || say('noMatchHelp')}</p>
        <button onClick={() => go('/')}>{t('clear')}</button>
      </Empty>
    );
  }
  return (
    <Grid
      label={t('library')}
      ratios={ratios.value}
      at={(index) => pictures.value[index]}
      seen={(_, end) => wantUpTo(end)}
      rowHeight={rowHeight.value}
      busy={busy.value}
      selected={selected.value}
      select={select}
      open={(index) => go(`/pictures/${pictures.value[index]!.id}`)}
    />
  );
}

export function Library() {
  useSignalEffect(() => {
    void language.value;
    void arrived.value;
    void load(question.value);
  });
  useEffect(() => {
    const clear = (event: KeyboardEvent) => {
      if (event.key === 'Escape') selected.value = new Set();
    };
    window.addEventListener('keydown', clear);
    return () => window.removeEventListener('keydown', clear);
  }, []);
  return (
    <>
      <SearchBox />
      <div class="library">
        <Facets counts={facets.value} />
        <section aria-labelledby="library">
          <h1 class="hidden" id="library">
            {t('library')}
          </h1>
          <Bar />
          <Result />
        </section>
      </div>
    </>
  );
}
