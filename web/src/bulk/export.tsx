// Pictures taken along: as a table, as JSON, for training, or as sidecars beside the files.
import { useState } from 'preact/hooks';
import { Download } from 'lucide';
import { language } from '../i18n';
import { t } from '../i18n/common';
import { Dialog } from '../ui/dialog';
import { Icon } from '../ui/icon';
import { Trouble } from '../ui/notice';
import { linkOf, save, type Choice, type Format } from './state';
import { say } from './words';

const formats: readonly Format[] = ['csv', 'json', 'coco', 'xmp'];
const names = { csv: 'CSV', json: 'JSON', coco: 'COCO', xmp: 'XMP' } as const;
const about = { csv: 'csvAbout', json: 'jsonAbout', coco: 'cocoAbout', xmp: 'xmpAbout' } as const;

export function ExportDialog({ choice, total, close }: { choice: Choice; total: number; close: () => void }) {
  const [format, setFormat] = useState<Format>('csv');
  const [suggested, setSuggested] = useState(false);
  const [busy, setBusy] = useState(false);
  const [reason, setReason] = useState<unknown>();
  const wish = { format, suggested: suggested && (format === 'coco' || format === 'xmp'), lang: language.value };
  const link = linkOf(choice, wish);
  const fetchIt = async () => {
    setBusy(true);
    setReason(undefined);
    await save(choice, wish).catch(setReason);
    setBusy(false);
  };
  return (
    <Dialog title={say('exportTitle', { n: total })} close={close}>
      <div class="bulk">
        <fieldset class="formats">
          <legend class="hidden">{say('format')}</legend>
          {formats.map((one) => (
            <label class={one === format ? 'format on' : 'format'}>
              <input type="radio" name="format" value={one} checked={one === format} onChange={() => setFormat(one)} />
              <span>
                <strong>{names[one]}</strong>
                <small>{say(about[one])}</small>
              </span>
            </label>
          ))}
        </fieldset>
        {(format === 'coco' || format === 'xmp') && (
          <label class="with-suggested">
            <input type="checkbox" checked={suggested} onChange={(event) => setSuggested(event.currentTarget.checked)} /> {say('withSuggested')}
          </label>
        )}
        {reason !== undefined && <Trouble reason={reason} />}
        <p class="acts">
          {link ? (
            <a class="button main" href={link} download onClick={() => window.setTimeout(close, 0)}>
              <Icon of={Download} /> {say('download')}
            </a>
          ) : (
            <button class="main" disabled={busy} onClick={() => void fetchIt()}>
              <Icon of={Download} /> {busy ? t('loading') : say('download')}
            </button>
          )}
          <button onClick={close}>{t('cancel')}</button>
        </p>
      </div>
    </Dialog>
  );
}

