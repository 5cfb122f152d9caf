// Tags changed on many pictures: while one writes, the server counts what it would come to.
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/common';
import { Problem } from '../api';
import { Dialog } from '../ui/dialog';
import { Trouble } from '../ui/notice';
import { editsOf, emptyLine, Lines, type Line } from './edits';
import { change, preview, type Choice, type Edit, type Result } from './state';
import { say } from './words';

const PAUSE = 300; // ms after the last key

interface Seen {
  result?: Result | undefined;
  reason?: unknown;
  counting: boolean;
}

/** What the edits would do; counted anew when they change. */
function usePreview(choice: Choice, edits: readonly Edit[], round: number): Seen {
  const [seen, setSeen] = useState<Seen>({ counting: false });
  const wish = JSON.stringify(edits);
  useEffect(() => {
    if (!edits.length) return setSeen({ counting: false });
    const stop = new AbortController();
    setSeen((before) => ({ ...before, counting: true }));
    const timer = window.setTimeout(() => {
      preview(choice, edits, stop.signal).then(
        (result) => setSeen({ result, counting: false }),
        (reason: unknown) => stop.signal.aborted || setSeen({ reason, counting: false }),
      );
    }, PAUSE);
    return () => {
      window.clearTimeout(timer);
      stop.abort();
    };
  }, [wish, round]);
  return seen;
}

/** The first few changes, as words: what would be on the pictures that is not now. */
function Samples({ of }: { of: Result }) {
  const shown = new Map<string, number>();
  for (const { entries } of of.samples) {
    for (const entry of entries) {
      const tag = entry.after ?? entry.before;
      if (!tag || entry.kind === 'kept') continue;
      const text = say(entry.kind === 'added' ? 'plus' : entry.after?.state === 'rejected' || entry.kind === 'removed' ? 'minus' : 'turns', { tag: tag.label });
      shown.set(text, (shown.get(text) ?? 0) + 1);
    }
  }
  if (!shown.size) return null;
  return (
    <ul class="samples">
      {[...shown.keys()].slice(0, 8).map((text) => (
        <li>{text}</li>
      ))}
    </ul>
  );
}

export function ChangeDialog({ choice, total, close, changed }: { choice: Choice; total: number; close: () => void; changed: () => void }) {
  const [lines, setLines] = useState<Line[]>([emptyLine()]);
  const [round, setRound] = useState(0);
  const [busy, setBusy] = useState(false);
  const [moved, setMoved] = useState(false);
  const [failed, setFailed] = useState<unknown>();
  const edits = editsOf(lines);
  const { result, reason, counting } = usePreview(choice, edits, round);
  const ready = Boolean(result && result.changed > 0 && edits.length && !counting && !busy);

  const send = async () => {
    if (!ready || !result) return;
    setBusy(true);
    setFailed(undefined);
    try {
      await change(choice, edits, result.matched);
      close();
      changed();
    } catch (problem) {
      setMoved(problem instanceof Problem && problem.status === 412);
      if (!(problem instanceof Problem && problem.status === 412)) setFailed(problem);
      setRound(round + 1);
    }
    setBusy(false);
  };
  return (
    <Dialog title={say('changeTitle', { n: total })} close={close}>
      <form
        class="bulk"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Lines lines={lines} set={setLines} />
        <div class="would" role="status" aria-busy={counting}>
          {edits.length === 0 && <p class="quiet">{say('writeTag')}</p>}
          {counting && <p class="quiet">{say('counting')}</p>}
          {moved && !counting && <p>{say('moved')}</p>}
          {!counting && result && edits.length > 0 && (
            <>
              <p>
                <strong>{result.changed ? say('would', { n: result.changed, total: result.matched }) : say('wouldNothing', { total: result.matched })}</strong>
              </p>
              <Samples of={result} />
            </>
          )}
        </div>
        {reason !== undefined && !counting && <Trouble reason={reason} />}
        {failed !== undefined && <Trouble reason={failed} />}
        <p class="acts">
          <button class="main" disabled={!ready}>
            {ready ? say('changeNow', { n: result!.changed }) : say('change')}
          </button>
          <button type="button" onClick={close}>
            {t('cancel')}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
