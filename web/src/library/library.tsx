// All pictures, or those that a question finds.
import './library.css';
import { useEffect, useRef } from 'preact/hooks';
import { signal, useSignalEffect } from '@preact/signals';
import { Images, Printer, SearchX } from 'lucide';
import { BulkBar } from '../bulk/bulk';
import { Grid } from '../grid/grid';
import { language } from '../i18n';
import { t } from '../i18n/common';
import { go } from '../router';
import { Facets } from '../search/facets';
import { Chosen } from '../search/chosen';
import { SearchBox } from '../search/search-box';
import { NoMatch } from '../search/no-match';
import { addressOf, ask, isAsking, question } from '../search/question';
import { Icon } from '../ui/icon';
import { Trouble } from '../ui/notice';
import { arrived } from '../upload/queue';
import { DropTarget } from '../upload/uploads';
import { cellsOf, want } from './cells';
import { comeBack, leaveFor } from './neighbours';
import { allSelected, select, selectAll, selected, selectNone } from './selection';
import { Sheet, printSheet } from './sheet';
import { answered, askedOf, busy, load, result, trouble } from './state';
import { say } from './words';

const narrow = window.matchMedia('(max-width: 40rem)').matches;
const rowHeight = signal(Number(window.localStorage.getItem('row-height')) || (narrow ? 120 : 200));

const orders = [
  ['', 'sortFitting'],
  ['taken', 'sortTaken'],
  ['-taken', 'sortTakenOld'],
  ['created', 'sortCreated'],
  ['size', 'sortSize'],
  ['random', 'sortRandom'],
] as const;

function Chosenness() {
  const { size } = selected.value;
  if (!size) return null;
  return (
    <div class="selection" role="group" aria-label={say('selection')}>
      <strong>{say('selected', { n: size })}</strong>
      {size < result.value.numbers.length && (
        <button class="plain" onClick={selectAll}>
          {say('selectAll', { n: result.value.numbers.length })}
        </button>
      )}
      <button class="plain" onClick={selectNone}>
        {say('selectNone')}
      </button>
    </div>
  );
}

function Bar() {
  const { total, numbers } = result.value;
  return (
    <div class="bar">
      <p role="status">{answered.value ? say('found', { n: total }) : t('loading')}</p>
      {numbers.length < total && <p>{say('firstOnly', { n: numbers.length })}</p>}
      <Chosenness />
      <BulkBar selected={selected.value} all={allSelected.value} total={total} question={askedOf(question.value)} changed={() => void load(question.value)} />
      <label>
        <span class="hidden">{say('sort')}</span>
        <select value={question.value.sort} onChange={(event) => ask({ sort: event.currentTarget.value })}>
          {orders.map(([value, key]) => (
            <option value={value}>{value === '' && !isAsking(question.value) ? say('sortCreated') : say(key)}</option>
          ))}
        </select>
      </label>
      <label class="zoom">
        <span class="hidden">{say('size')}</span>
        <Icon of={Images} size={14} />
        <input
          type="range"
          min="80"
          max="400"
          step="20"
          value={rowHeight.value}
          onInput={(event) => {
            rowHeight.value = event.currentTarget.valueAsNumber;
            window.localStorage.setItem('row-height', String(rowHeight.value));
          }}
        />
        <Icon of={Images} size={20} />
      </label>
      {total > 0 && (
        <button class="plain" title={say('print')} aria-label={say('print')} onClick={() => void printSheet()}>
          <Icon of={Printer} />
        </button>
      )}
    </div>
  );
}

function Nothing() {
  return (
    <div class="nothing">
      <Icon of={isAsking(question.value) ? SearchX : Images} size={44} />
      {isAsking(question.value) ? (
        <NoMatch />
      ) : (
        <>
          <h2>{say('empty')}</h2>
          <DropTarget>
            {say('emptyHelp')} <code>tagsmith import …</code>
          </DropTarget>
        </>
      )}
    </div>
  );
}

async function open(index: number): Promise<void> {
  const [cell] = await cellsOf([result.value.numbers[index]!]);
  if (!cell) return;
  leaveFor(index);
  go(`/pictures/${cell.id}`);
}

function Found() {
  if (trouble.value !== undefined) return <Trouble reason={trouble.value} again={() => void load(question.value)} />;
  if (!answered.value) return <div class="wall-to-come" aria-hidden="true" />;
  if (result.value.total === 0) return <Nothing />;
  const isBack = addressOf(answered.value) === addressOf(question.value);
  return (
    <Grid
      name={t('library')}
      result={result.value}
      start={() => (isBack ? comeBack() : 0)}
      seen={(first, end) => want(result.value.numbers, first, end)}
      rowHeight={rowHeight.value}
      busy={busy.value}
      selected={selected.value}
      select={select}
      selectAll={selectAll}
      open={(index) => void open(index)}
    />
  );
}

/** Another question begins at the top, with nothing chosen. */
function useFreshStart(): void {
  const address = addressOf(answered.value ?? question.value);
  const before = useRef(address);
  useEffect(() => {
    if (before.current === address) return;
    before.current = address;
    selectNone();
    window.scrollTo({ top: 0, behavior: 'instant' });
  }, [address]);
}

export function Library() {
  useSignalEffect(() => {
    void language.value;
    void arrived.value;
    void load(question.value);
  });
  useFreshStart();
  useEffect(() => {
    const clear = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) selectNone();
    };
    window.addEventListener('keydown', clear);
    return () => window.removeEventListener('keydown', clear);
  }, []);
  return (
    <>
      <SearchBox />
      <div class={`library${busy.value ? ' busy' : ''}`}>
        <Facets />
        <section aria-labelledby="library">
          <h1 class="hidden" id="library">
            {t('library')}
          </h1>
          <Chosen />
          <Bar />
          <Found />
        </section>
      </div>
      <Sheet />
    </>
  );
}
