// People's own vocabularies: bring one in, take it out, see how much of it is matched.
import { useState } from 'preact/hooks';
import { Upload } from 'lucide';
import { bytes, call, type Scheme, type SchemeList } from '../api';
import { t } from '../i18n/common';
import { may } from '../session';
import { useAct, useAnswer } from '../ui/answer';
import { Dialog, Sure } from '../ui/dialog';
import { Field } from '../ui/field';
import { Icon } from '../ui/icon';
import { Trouble } from '../ui/notice';
import { say } from './words';

/** A vocabulary's name from its file's: small letters, digits and dashes. */
export function nameOf(file: string): string {
  return file.replace(/\.[^.]*$/, '').toLowerCase().replace(/[^a-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 64);
}

function BringIn({ done, close }: { done: () => void; close: () => void }) {
  const [run, { busy, trouble }] = useAct();
  const [file, setFile] = useState<File>();
  const [name, setName] = useState('');
  const [notes, setNotes] = useState<string[]>();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!file) return;
    const ok = await run(async () => {
      const made = await call<Scheme>(`/api/schemes/${name}`, { method: 'PUT', body: file.slice(0, file.size, 'application/octet-stream') });
      setNotes(made.notes ?? []);
      if (!made.notes?.length) close();
    });
    if (ok) done();
  };
  return (
    <Dialog title={say('bringIn')} close={close}>
      <form onSubmit={(event) => void submit(event)}>
        <p>{say('bringInHelp')}</p>
        <Field label={say('file')}>
          {(ids) => (
            <input
              {...ids}
              type="file"
              required
              accept=".csv,.ttl,.nt,.rdf,.xml"
              onChange={(event) => {
                const chosen = event.currentTarget.files?.[0];
                setFile(chosen);
                if (chosen && !name) setName(nameOf(chosen.name));
              }}
            />
          )}
        </Field>
        <Field label={t('name')} help={say('nameHelp')}>
          {(ids) => <input {...ids} required pattern="[a-z0-9][a-z0-9_\-]{0,63}" value={name} onInput={(event) => setName(event.currentTarget.value)} />}
        </Field>
        {trouble !== undefined && <Trouble reason={trouble} />}
        {notes && notes.length > 0 && (
          <div class="notice" role="status">
            <strong>{say('leftOut')}</strong>
            <ul>
              {notes.map((note) => (
                <li>{note}</li>
              ))}
            </ul>
          </div>
        )}
        <button class="main" disabled={busy}>
          {say('bringIn')}
        </button>
      </form>
    </Dialog>
  );
}

function Row({ of, remove, again }: { of: Scheme; remove: () => void; again: () => void }) {
  const [run, { busy, trouble }] = useAct();
  const propose = () => run(() => bytes(`/api/schemes/${of.name}/proposals`, { method: 'POST' })).then(again);
  return (
    <tr>
      <th scope="row">
        <a href={`/vocabulary/own/${of.name}`}>{of.title || of.name}</a>
        <div class="quiet">
          {of.name} {of.edition && `· ${of.edition}`} {of.built_in && `· ${say('builtIn')}`}
        </div>
        {trouble !== undefined && <Trouble reason={trouble} />}
      </th>
      <td>{say('concepts', { n: of.concepts })}</td>
      <td>
        {say('matched', { n: of.matches.confirmed })}
        {of.matches.proposed > 0 && <div class="quiet">{say('proposed', { n: of.matches.proposed })}</div>}
      </td>
      <td class="acts">
        {(['csv', 'turtle'] as const).map((format) => (
          <a class="button" href={`/api/schemes/${of.name}/file?format=${format}`} download={`${of.name}.${format === 'csv' ? 'csv' : 'ttl'}`}>
            {format === 'csv' ? 'CSV' : 'SKOS'}
          </a>
        ))}
        {may('admin') && !of.built_in && (
          <>
            <button disabled={busy} onClick={() => void propose()}>
              {say('propose')}
            </button>
            <button class="bad" onClick={remove}>
              {t('remove')}
            </button>
          </>
        )}
      </td>
    </tr>
  );
}

export function Schemes() {
  const { value, trouble, again } = useAnswer<SchemeList>('/api/schemes');
  const [open, setOpen] = useState<'new' | Scheme>();
  const [run, act] = useAct();
  const close = () => setOpen(undefined);
  if (trouble !== undefined && !value) return <Trouble reason={trouble} again={again} />;
  if (!value) return <p role="status">{t('loading')}</p>;
  return (
    <div class="settings-table">
      <p>{say('schemesHelp')}</p>
      {may('admin') && (
        <button class="main" onClick={() => setOpen('new')}>
          <Icon of={Upload} /> {say('bringIn')}
        </button>
      )}
      {act.trouble !== undefined && <Trouble reason={act.trouble} />}
      <table>
        <tbody>
          {value.schemes.map((scheme) => (
            <Row key={scheme.name} of={scheme} again={again} remove={() => setOpen(scheme)} />
          ))}
        </tbody>
      </table>
      {open === 'new' && <BringIn done={again} close={close} />}
      {typeof open === 'object' && (
        <Sure title={t('remove')} close={close} act={() => void run(() => call(`/api/schemes/${open.name}`, { method: 'DELETE' })).then(again)}>
          <p>{say('removeSure', { name: open.title || open.name })}</p>
        </Sure>
      )}
    </div>
  );
}
