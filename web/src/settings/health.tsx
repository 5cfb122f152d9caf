// How the house is doing, in the figures that /api/status gives, and what to do where one is bad.
import type { Status } from '../api';
import { number } from '../i18n';
import { t } from '../i18n/common';
import { useAnswer } from '../ui/answer';
import { Trouble } from '../ui/notice';
import { say } from './words';

const LOW_DISK = 2e9; // bytes; a picture and its thumbnail are some millions

function size(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${number(Math.round((bytes / 1000 ** power) * 10) / 10)} ${units[power]}`;
}

function worries(of: Status): { text: string; to?: string }[] {
  const found: { text: string; to?: string }[] = [];
  const stuck = (of.jobs['failed'] ?? 0) + (of.jobs['quarantined'] ?? 0);
  if (stuck) found.push({ text: say('worryJobs', { n: stuck }), to: '/settings/jobs' });
  if (of.deliveries['dead']) found.push({ text: say('worryDeliveries', { n: of.deliveries['dead'] }), to: '/settings/webhooks' });
  if (of.free_bytes < LOW_DISK) found.push({ text: say('worryDisk', { size: size(of.free_bytes) }) });
  return found;
}

export function Health() {
  const { value, trouble, again } = useAnswer<Status>('/api/status');
  if (trouble !== undefined && !value) return <Trouble reason={trouble} again={again} />;
  if (!value) return <p role="status">{t('loading')}</p>;
  const bad = worries(value);
  const figures: [string, string][] = [
    [say('pictures'), number(value.pictures)],
    [say('waiting'), number((value.jobs['queued'] ?? 0) + (value.jobs['running'] ?? 0))],
    [say('indexed'), number(value.index.pictures)],
    [say('behind'), number(value.index.behind)],
    [say('indexSize'), size(value.index.bytes)],
    [say('disk'), size(value.free_bytes)],
    [say('version'), value.version],
  ];
  return (
    <>
      {bad.length === 0 && <p role="status">{say('allWell')}</p>}
      {bad.map(({ text, to }) => (
        <p class="notice bad" role="alert">
          {to ? <a href={to}>{text}</a> : text}
        </p>
      ))}
      <dl class="figures">
        {figures.map(([name, figure]) => (
          <div>
            <dt>{name}</dt>
            <dd>{figure}</dd>
          </div>
        ))}
      </dl>
      <p>
        <button onClick={again}>{say('refresh')}</button> <a href="/api/docs">{say('apiDocs')}</a>
      </p>
    </>
  );
}
