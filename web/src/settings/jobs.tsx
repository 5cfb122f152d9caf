// Jobs: work in the background, how far it is, and what waits for a person.
import { useEffect, useState } from 'preact/hooks';
import { call, type Job, type JobList } from '../api';
import { date, number } from '../i18n';
import { t } from '../i18n/common';
import { may } from '../session';
import { useAct, useAnswer } from '../ui/answer';
import { Trouble } from '../ui/notice';
import { say } from './words';

type State = Job['state'];
const states: State[] = ['queued', 'running', 'done', 'failed', 'quarantined', 'cancelled'];

/** What went wrong with it, in the server's words: its message and what to do. */
function reasonOf(job: Job): string {
  const error = job.error as { detail?: string; message?: string; hint?: string } | string | null;
  if (!error) return '';
  if (typeof error === 'string') return error;
  return [error.detail ?? error.message, error.hint].filter(Boolean).join(' · ');
}

function Progress({ of }: { of: Job }) {
  if (of.state !== 'running' || of.total === 0) return null;
  return (
    <>
      <progress value={of.done} max={of.total} aria-label={say('progress')} /> {number(of.done)} / {number(of.total)} {of.eta && say('eta', { when: date(of.eta) })}
    </>
  );
}

function Row({ of, again }: { of: Job; again: () => void }) {
  const [run, { busy, trouble }] = useAct();
  const act = (what: 'cancel' | 'requeue') => void run(() => call(`/api/jobs/${of.id}/${what}`, { method: 'POST' })).then(again);
  return (
    <tr>
      <th scope="row">
        {of.kind}
        {of.picture && (
          <>
            {' · '}
            <a href={`/pictures/${of.picture}`}>{say('picture')}</a>
          </>
        )}
        <div class="quiet">{of.created && date(of.created)}</div>
      </th>
      <td>
        {say(`state_${of.state}`)} {of.attempts > 1 && `· ${say('attempts', { n: of.attempts })}`} <Progress of={of} />
        <div class="quiet">{reasonOf(of)}</div>
        {trouble !== undefined && <Trouble reason={trouble} />}
      </td>
      <td class="acts">
        {may('write') && ['failed', 'quarantined', 'cancelled'].includes(of.state) && (
          <button disabled={busy} onClick={() => act('requeue')}>
            {t('tryAgain')}
          </button>
        )}
        {may('write') && ['queued', 'running'].includes(of.state) && (
          <button disabled={busy} onClick={() => act('cancel')}>
            {t('cancel')}
          </button>
        )}
      </td>
    </tr>
  );
}

/** Asks again when the server says that a job changed, at most once a second. */
function useJobNews(again: () => void): void {
  useEffect(() => {
    const source = new EventSource('/api/events');
    let timer = 0;
    source.addEventListener('job', () => {
      timer ||= window.setTimeout(() => {
        timer = 0;
        again();
      }, 1000);
    });
    return () => {
      window.clearTimeout(timer);
      source.close();
    };
  }, [again]);
}

export function Jobs() {
  const [state, setState] = useState<State | ''>('');
  const { value, trouble, again } = useAnswer<JobList>('/api/jobs', { state, limit: 100 });
  useJobNews(again);
  if (trouble !== undefined && !value) return <Trouble reason={trouble} again={again} />;
  if (!value) return <p role="status">{t('loading')}</p>;
  return (
    <>
      <p>{say('jobsHelp')}</p>
      <div class="choice" role="group" aria-label={say('state')}>
        {(['', ...states] as const).map((one) => (
          <button aria-pressed={one === state} onClick={() => setState(one)}>
            {one ? say(`state_${one}`) : say('all')} {one && <span class="count">{number(value.counts[one] ?? 0)}</span>}
          </button>
        ))}
      </div>
      {value.jobs.length === 0 && <p>{say('noJobs')}</p>}
      <table>
        <tbody>
          {value.jobs.map((job) => (
            <Row key={job.id} of={job} again={again} />
          ))}
        </tbody>
      </table>
      {value.next && <p class="quiet">{say('newest', { n: value.jobs.length })}</p>}
    </>
  );
}
