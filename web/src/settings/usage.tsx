// Usage: what was asked day by day, as a picture and as figures.
import { useState } from 'preact/hooks';
import type { KeyList, Usage as UsageAnswer } from '../api';
import { number } from '../i18n';
import { t } from '../i18n/common';
import { may } from '../session';
import { useAnswer } from '../ui/answer';
import { Field } from '../ui/field';
import { Trouble } from '../ui/notice';
import { Bars } from '../ui/bars';
import { say } from './words';

const DAY = 86400000;
const measures = ['pictures', 'requests', 'credits', 'errors'] as const;
type Measure = (typeof measures)[number];
type Day = Record<Measure, number> & { day: string };

/** One row a day, also for days without any; those of several keys are added. */
export function byDay(answer: UsageAnswer, days: number, today: number): Day[] {
  const rows = new Map<string, Day>();
  for (let i = days - 1; i >= 0; i--) {
    const day = new Date(today - i * DAY).toISOString().slice(0, 10);
    rows.set(day, { day, pictures: 0, requests: 0, credits: 0, errors: 0 });
  }
  for (const one of answer.days) {
    const row = rows.get(one.day?.slice(0, 10) ?? '');
    if (row) for (const measure of measures) row[measure] += one[measure];
  }
  return [...rows.values()];
}

function ChooseKey({ value, choose }: { value: string; choose: (key: string) => void }) {
  const keys = useAnswer<KeyList>('/api/keys').value?.keys ?? [];
  return (
    <Field label={say('key')}>
      {(ids) => (
        <select {...ids} value={value} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">{say('all')}</option>
          {keys.map((key) => (
            <option value={key.id}>{key.name || key.id}</option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function Usage() {
  const [days, setDays] = useState(30);
  const [key, setKey] = useState('');
  const [measure, setMeasure] = useState<Measure>('pictures');
  const [today] = useState(() => Date.now());
  const from = `${new Date(today - (days - 1) * DAY).toISOString().slice(0, 10)}T00:00:00Z`;
  const { value, trouble, again } = useAnswer<UsageAnswer>('/api/usage', { key, from });
  if (trouble !== undefined) return <Trouble reason={trouble} again={again} />;
  if (!value) return <p role="status">{t('loading')}</p>;
  const rows = byDay(value, days, today);
  return (
    <>
      <div class="filters">
        {may('admin') && <ChooseKey value={key} choose={setKey} />}
        <Field label={say('period')}>
          {(ids) => (
            <select {...ids} value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
              {[7, 30, 90].map((n) => (
                <option value={n}>{say('days', { n })}</option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <div class="figures" role="group" aria-label={say('usage')}>
        {measures.map((one) => (
          <button aria-pressed={one === measure} onClick={() => setMeasure(one)}>
            <strong>{number(rows.reduce((sum, row) => sum + row[one], 0))}</strong> {say(one)}
          </button>
        ))}
      </div>
      <Bars label={say(measure)} of={rows.map((row) => ({ name: row.day, value: row[measure] }))} />
    </>
  );
}
