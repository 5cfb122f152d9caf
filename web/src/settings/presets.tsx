// Presets: named ways to tag. What people change often has fields; the whole document is there beside them.
import { useState } from 'preact/hooks';
import { Plus } from 'lucide';
import { call, Problem, type Preset, type PresetDocument, type PresetList } from '../api';
import { languages } from '../i18n';
import { t } from '../i18n/common';
import { facetName } from '../i18n/facets';
import { may } from '../session';
import { useAct, useAnswer } from '../ui/answer';
import { Dialog, Sure } from '../ui/dialog';
import { Checks, Field } from '../ui/field';
import { Icon } from '../ui/icon';
import { Trouble } from '../ui/notice';
import { say } from './words';

type Facets = NonNullable<PresetDocument['facets']>;
const facets: Facets = ['object', 'scene', 'people', 'activity', 'event', 'colour', 'style', 'composition', 'mood', 'quality', 'safety', 'text', 'place', 'time', 'material', 'pattern'];
type Use = NonNullable<PresetDocument['default_for']>;
const uses: Use = ['api', 'page', 'import', 'cloudinary', 'imagekit', 'imagetag'];

/** Members that are left empty are not sent: the server's defaults hold then. */
function without<T extends object>(document: T, name: keyof T): T {
  const rest = { ...document };
  delete rest[name];
  return rest;
}

/** 0.5, "95%" or "default", as people write it. */
function thresholdOf(text: string): string | number {
  return text === '' || text.endsWith('%') || Number.isNaN(Number(text)) ? text : Number(text);
}

function Fields({ of, change }: { of: PresetDocument; change: (document: PresetDocument) => void }) {
  const set = <K extends keyof PresetDocument>(name: K, value: PresetDocument[K] | undefined) =>
    change(value === undefined ? without(of, name) : { ...of, [name]: value });
  return (
    <>
      <Field label={say('threshold')} help={say('thresholdHelp')}>
        {(ids) => <input {...ids} value={of.threshold ?? ''} placeholder="default" onInput={(event) => set('threshold', thresholdOf(event.currentTarget.value.trim()) || undefined)} />}
      </Field>
      <Field label={say('maxTags')}>
        {(ids) => <input {...ids} type="number" min="0" max="1000" value={of.max_tags ?? ''} onInput={(event) => set('max_tags', event.currentTarget.value ? event.currentTarget.valueAsNumber : undefined)} />}
      </Field>
      <Field label={say('specificity')} help={say('specificityHelp')}>
        {(ids) => (
          <select {...ids} value={of.specificity ?? 'natural'} onChange={(event) => set('specificity', event.currentTarget.value as NonNullable<PresetDocument['specificity']>)}>
            {(['leaf', 'natural', 'all'] as const).map((one) => (
              <option value={one}>{say(`specificity_${one}`)}</option>
            ))}
          </select>
        )}
      </Field>
      <Checks label={say('facets')} of={facets} chosen={of.facets ?? []} choose={(list) => set('facets', list.length ? (list as Facets) : undefined)} nameOf={facetName} />
      <Checks
        label={say('languages')}
        of={Object.keys(languages)}
        chosen={of.languages ?? []}
        choose={(list) => set('languages', list.length ? (list as NonNullable<PresetDocument['languages']>) : undefined)}
        nameOf={(code) => languages[code as keyof typeof languages]}
      />
      <Checks label={say('defaultFor')} of={uses} chosen={of.default_for ?? []} choose={(list) => set('default_for', list as Use)} />
    </>
  );
}

/** The document itself, as text; what is no JSON is said and not taken. */
function Whole({ of, change, wrong }: { of: PresetDocument; change: (document: PresetDocument) => void; wrong: (is: boolean) => void }) {
  const [typed, setTyped] = useState<string>();
  const text = typed ?? JSON.stringify(of, null, 2);
  const take = (next: string) => {
    setTyped(next);
    try {
      change(JSON.parse(next) as PresetDocument);
      wrong(false);
    } catch {
      wrong(true);
    }
  };
  return (
    <Field label={say('document')} help={say('documentHelp')}>
      {(ids) => <textarea {...ids} class="code" rows={12} spellcheck={false} value={text} onInput={(event) => take(event.currentTarget.value)} onBlur={() => setTyped(undefined)} />}
    </Field>
  );
}

function Change({ of, done, close }: { of: Preset | undefined; done: () => void; close: () => void }) {
  const [run, { busy, trouble }] = useAct();
  const [name, setName] = useState(of?.name ?? '');
  const [document, setDocument] = useState<PresetDocument>(of ? without(without(of, 'version'), 'name') : {});
  const [wrong, setWrong] = useState(false);
  const send = async (event: Event) => {
    event.preventDefault();
    const path = `/api/presets/${encodeURIComponent(name)}`;
    if (await run(() => call(path, { method: 'PUT', body: document, version: of?.version }))) done();
  };
  return (
    <Dialog title={of ? of.name : say('newPreset')} close={close}>
      <form onSubmit={(event) => void send(event)}>
        {!of && <Field label={t('name')}>{(ids) => <input {...ids} required maxLength={64} pattern="[A-Za-z0-9_.\-]+" value={name} onInput={(event) => setName(event.currentTarget.value)} />}</Field>}
        <Fields of={document} change={setDocument} />
        <Whole of={document} change={setDocument} wrong={setWrong} />
        {wrong && <Trouble reason={new Problem(0, 'json', say('noJson'), say('noJsonHelp'))} />}
        {trouble !== undefined && <Trouble reason={trouble} />}
        <button class="main" disabled={busy || wrong}>
          {t('save')}
        </button>
      </form>
    </Dialog>
  );
}

export function Presets() {
  const { value, trouble, again } = useAnswer<PresetList>('/api/presets');
  const [open, setOpen] = useState<{ change: Preset | undefined } | { remove: Preset }>();
  const [run, act] = useAct();
  const close = () => setOpen(undefined);
  if (trouble !== undefined && !value) return <Trouble reason={trouble} again={again} />;
  if (!value) return <p role="status">{t('loading')}</p>;
  return (
    <>
      <p>{say('presetsHelp')}</p>
      {may('admin') && (
        <button class="main" onClick={() => setOpen({ change: undefined })}>
          <Icon of={Plus} /> {say('newPreset')}
        </button>
      )}
      {act.trouble !== undefined && <Trouble reason={act.trouble} />}
      <table>
        <tbody>
          {value.presets.map((preset) => (
            <tr key={preset.name}>
              <th scope="row">
                {preset.name}
                <div class="quiet">{preset.default_for?.length ? say('usedFor', { what: preset.default_for.join(', ') }) : ''}</div>
              </th>
              <td>{preset.threshold !== undefined && `≥ ${preset.threshold}`}</td>
              <td class="acts">
                {may('admin') && (
                  <>
                    <button onClick={() => setOpen({ change: preset })}>{say('change')}</button>
                    {preset.name !== 'default' && (
                      <button class="bad" onClick={() => setOpen({ remove: preset })}>
                        {t('remove')}
                      </button>
                    )}
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {open && 'change' in open && (
        <Change
          of={open.change}
          close={close}
          done={() => {
            close();
            again();
          }}
        />
      )}
      {open && 'remove' in open && (
        <Sure title={t('remove')} close={close} act={() => void run(() => call(`/api/presets/${encodeURIComponent(open.remove.name)}`, { method: 'DELETE', version: open.remove.version })).then(again)}>
          <p>{open.remove.name}</p>
        </Sure>
      )}
    </>
  );
}
