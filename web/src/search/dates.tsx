// When the pictures found were taken: bars of years or months that narrow to one, and two dates.
import './search.css';
import { useMemo, useRef } from 'preact/hooks';
import { facetName } from '../i18n/facets';
import { number } from '../i18n';
import { monthOf, yearOf, type Result } from '../library/result';
import { answered, result } from '../library/state';
import { ask, parametersOf, question, type Question } from './question';
import { say } from './words';

const BARS = 40;
const FEW_YEARS = 2;

interface Bar {
  span: string; // 2024 or 2024-05
  pictures: number;
}

function isTaken(filter: string): boolean {
  return filter.startsWith('taken:');
}

function countBy(days: Uint16Array, name: (day: number) => string): Map<string, number> {
  const byDay = new Uint32Array(65536);
  for (const day of days) byDay[day]!++;
  const counts = new Map<string, number>();
  byDay.forEach((pictures, day) => {
    if (!pictures || !day) return;
    const span = name(day);
    counts.set(span, (counts.get(span) ?? 0) + pictures);
  });
  return counts;
}

function barsOf({ days }: Result): Bar[] {
  let counts = countBy(days, (day) => String(yearOf(day)));
  if (counts.size <= FEW_YEARS) counts = countBy(days, monthOf);
  return [...counts].map(([span, pictures]) => ({ span, pictures })).slice(-BARS);
}

/** While a time is chosen the bars stay those of all times, so that another can be. */
function useBars(): Bar[] {
  const kept = useRef<{ of: string; bars: Bar[] } | undefined>(undefined);
  const asked: Question = answered.value ?? question.value;
  const rest = JSON.stringify(parametersOf({ ...asked, filters: asked.filters.filter((f) => !isTaken(f)), sort: '' }));
  const bars = useMemo(() => barsOf(result.value), [result.value]);
  if (!asked.filters.some(isTaken) || kept.current?.of !== rest) kept.current = { of: rest, bars };
  return kept.current.bars;
}

export function Dates() {
  const bars = useBars();
  const { filters } = question.value;
  const chosen = filters.find(isTaken)?.slice('taken:'.length) ?? '';
  const [from = '', to = from] = chosen.split('..');
  const most = Math.max(1, ...bars.map(({ pictures }) => pictures));
  const set = (span: string) => ask({ filters: [...filters.filter((filter) => !isTaken(filter)), ...(span ? [`taken:${span}`] : [])] });
  const isIn = (span: string) => chosen !== '' && span >= from.slice(0, span.length) && (to === '' || span <= to.slice(0, span.length));
  const between = (first: string, last: string) => set(first || last ? `${first}..${last}` : '');
  const day = (text: string) => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? text : '');
  if (!bars.length && !chosen) return null;
  return (
    <fieldset class="dates">
      <legend>{facetName('time')}</legend>
      <div class="bars" hidden={!bars.length}>
        {bars.map(({ span, pictures }) => (
          <button
            key={span}
            class={isIn(span) ? 'on' : ''}
            aria-pressed={isIn(span)}
            aria-label={`${span}: ${number(pictures)}`}
            title={`${span}: ${number(pictures)}`}
            onClick={(event) => {
              if (event.shiftKey && chosen) between(span < from ? span : from, span > to ? span : to);
              else set(chosen === span ? '' : span);
            }}
          >
            <span style={{ height: `${Math.max(4, (100 * pictures) / most)}%` }} />
          </button>
        ))}
      </div>
      {bars.length > 1 && (
        <p class="ends" aria-hidden="true">
          <span>{bars[0]!.span}</span>
          <span>{bars[bars.length - 1]!.span}</span>
        </p>
      )}
      <div class="from-to">
        <label>
          <span>{say('from')}</span>
          <input type="date" value={day(from)} max={day(to)} onChange={(event) => between(event.currentTarget.value, day(to) || to)} />
        </label>
        <label>
          <span>{say('to')}</span>
          <input type="date" value={day(to)} min={day(from)} onChange={(event) => between(day(from) || from, event.currentTarget.value)} />
        </label>
      </div>
    </fieldset>
  );
}
