// Who said what of the picture's tags, and when: newest first, what was one wish in one line.
import { useEffect } from 'preact/hooks';
import type { History as Lines } from '../api';
import { date } from '../i18n';
import { history, loadHistory, picture } from './state';
import { say } from './words';

type Line = Lines['lines'][number];

const TOLD = 5;

/** Lines of one author, action and wish that follow each other. */
function groups(lines: Line[]): Line[][] {
  const all: Line[][] = [];
  for (const line of lines) {
    const last = all.at(-1);
    const first = last?.[0];
    if (last && first && first.action === line.action && first.author.id === line.author.id && first.batch === line.batch && first.at === line.at) last.push(line);
    else all.push([line]);
  }
  return all;
}

function modelsOf(lines: Line[]): string {
  const models = new Set(lines.flatMap(({ evidence }) => (evidence ? [`${evidence.model} ${evidence.version}`] : [])));
  return [...models].join(', ');
}

function authorOf({ author }: Line): string {
  if (author.kind === 'model') return say('machine', { preset: author.id });
  return author.name || author.id || say('nobody');
}

function Group({ lines }: { lines: Line[] }) {
  const first = lines[0]!;
  const names = lines.slice(0, TOLD).map(({ label }) => label);
  const more = lines.length > TOLD ? say('andMore', { n: lines.length - TOLD }) : '';
  const models = modelsOf(lines);
  return (
    <li>
      <span>
        <b>{authorOf(first)}</b> {say(`act_${first.action}`)}: {names.join(', ')} {more}
      </span>
      <small>
        {first.at && <time dateTime={first.at}>{date(first.at)}</time>}
        {models && ` · ${models}`}
      </small>
    </li>
  );
}

function List() {
  const { id, version } = picture.value!;
  useEffect(() => void loadHistory(), [id, version]);
  return (
    <ol class="history">
      {groups(history.value ?? []).map((lines) => (
        <Group key={lines[0]!.seq} lines={lines} />
      ))}
    </ol>
  );
}

export function History({ open, toggle }: { open: boolean; toggle: (open: boolean) => void }) {
  return (
    <details open={open} onToggle={(event) => toggle(event.currentTarget.open)}>
      <summary>{say('history')}</summary>
      {open && <List />}
    </details>
  );
}
