// The tags as they are beside those that another preset, or newer models, would give; taken over only when somebody says so.
import { useEffect, useState } from 'preact/hooks';
import { Minus, Pencil, Plus } from 'lucide';
import { call, type Diff, type Picture, type PresetList, type Tag } from '../api';
import { language, number } from '../i18n';
import { t } from '../i18n/common';
import { Icon } from '../ui/icon';
import { Trouble } from '../ui/notice';
import { retag } from './state';
import { say } from './words';

type Entry = Diff['entries'][number];

const percent = (tag: Tag) => `${number(Math.round(tag.confidence * 100))} %`;

function Change({ entry: { kind, before, after } }: { entry: Entry }) {
  const tag = after ?? before!;
  const icon = kind === 'added' ? Plus : kind === 'removed' ? Minus : Pencil;
  const figures = before && after ? `${percent(before)} → ${percent(after)}` : percent(tag);
  const turned = before && after && before.state !== after.state ? ` · ${say(`is_${before.state}`)} → ${say(`is_${after.state}`)}` : '';
  return (
    <li class={kind}>
      <Icon of={icon} size={15} />
      <span>
        <span class="hidden">{say(`diff_${kind}`)}: </span>
        {tag.label}
      </span>
      <small>{kind === 'kept' ? say('diff_kept') : `${figures}${turned}`}</small>
    </li>
  );
}

function Result({ diff, apply }: { diff: Diff; apply: () => void }) {
  const order: Entry['kind'][] = ['added', 'removed', 'changed', 'kept'];
  const sorted = [...diff.entries].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  const changes = diff.added + diff.changed + diff.removed;
  return (
    <>
      <p role="status">{changes ? say('wouldChange', { added: diff.added, removed: diff.removed, changed: diff.changed }) : say('noChange')}</p>
      <ul class="diff">
        {sorted.map((entry) => (
          <Change entry={entry} />
        ))}
      </ul>
      {changes > 0 && (
        <button class="main" onClick={apply}>
          {say('apply')}
        </button>
      )}
    </>
  );
}

function Inside({ of }: { of: Picture }) {
  const [presets, setPresets] = useState<string[]>([of.preset || 'default']);
  const [preset, setPreset] = useState(of.preset || 'default');
  const [diff, setDiff] = useState<Diff>();
  const [reason, setReason] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const take = (list: PresetList) => setPresets(list.presets.flatMap(({ name }) => (name ? [name] : [])));
    void call<PresetList>('/api/presets').then(take, () => undefined); // who may not see them compares with the one there is
  }, []);
  useEffect(() => setDiff(undefined), [of.id, of.version, preset]);

  const compare = async () => {
    setBusy(true);
    setReason(undefined);
    try {
      setDiff(await call<Diff>(`/api/pictures/${of.id}/retag`, { method: 'POST', query: { lang: language.value }, body: { preset, dry: true, reset: true } }));
    } catch (found) {
      setReason(found);
    }
    setBusy(false);
  };

  return (
    <>
      <p class="count">{say('compareHelp')}</p>
      <p class="compare">
        <select aria-label={say('preset')} value={preset} onChange={(event) => setPreset(event.currentTarget.value)}>
          {presets.map((name) => (
            <option value={name}>{name}</option>
          ))}
        </select>
        <button disabled={busy} onClick={() => void compare()}>
          {busy ? t('loading') : say('compareNow')}
        </button>
      </p>
      {reason !== undefined && <Trouble reason={reason} />}
      {diff && <Result diff={diff} apply={() => void retag(preset, say('didRetag', { preset }))} />}
    </>
  );
}

export function Compare({ of }: { of: Picture }) {
  const [open, setOpen] = useState(false);
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say('compare')}</summary>
      {open && <Inside of={of} />}
    </details>
  );
}
