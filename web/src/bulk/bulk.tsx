// What can be done with the pictures that are chosen, or with all that were found: the row of the library shows it.
import './bulk.css';
import { useState } from 'preact/hooks';
import { Download, Tags, Undo2, X } from 'lucide';
import { t } from '../i18n/common';
import { may } from '../session';
import { Icon } from '../ui/icon';
import { Trouble } from '../ui/notice';
import { ChangeDialog } from './change';
import { ExportDialog } from './export';
import { last, undo, type Choice } from './state';
import { say } from './words';

export interface BulkBarProps {
  selected: ReadonlySet<number>; // numbers of the chosen pictures; none: all that were found
  all: boolean; // everything that was found is chosen
  total: number; // found
  question: Record<string, string | number>; // what the server was asked
  changed: () => void; // tags are others now
}

/** After a change: what was done, and the way back. */
function Done({ changed }: { changed: () => void }) {
  const [reason, setReason] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const done = last.value;
  if (!done) return null;
  const back = async () => {
    setBusy(true);
    await undo(done.batch).then(changed, setReason);
    setBusy(false);
  };
  return (
    <div class="bulk-done" role="status">
      <span>{say('changed', { n: done.pictures })}</span>
      <button disabled={busy} onClick={() => void back()}>
        <Icon of={Undo2} /> {t('undo')}
      </button>
      <button class="plain" aria-label={t('close')} onClick={() => (last.value = undefined)}>
        <Icon of={X} />
      </button>
      {reason !== undefined && <Trouble reason={reason} />}
    </div>
  );
}

export function BulkBar({ selected, all, total, question, changed }: BulkBarProps) {
  const [open, setOpen] = useState<'change' | 'export'>();
  const whole = all || selected.size === 0;
  const choice: Choice = whole ? { asked: question } : { asked: question, numbers: [...selected] };
  const count = whole ? total : selected.size;
  if (!total) return <Done changed={changed} />;
  return (
    <>
      <div class="bulk-bar">
        {(may('write') || may('review')) && (
          <button onClick={() => setOpen('change')}>
            <Icon of={Tags} /> <span>{say('changeTags')}</span>
          </button>
        )}
        <button onClick={() => setOpen('export')}>
          <Icon of={Download} /> <span>{say('export')}</span>
        </button>
      </div>
      {open === 'change' && <ChangeDialog choice={choice} total={count} close={() => setOpen(undefined)} changed={changed} />}
      {open === 'export' && <ExportDialog choice={choice} total={count} close={() => setOpen(undefined)} />}
      <Done changed={changed} />
    </>
  );
}
