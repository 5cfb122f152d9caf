// Keys: what programs sign in with. The key itself is shown once, when it is made.
import { useState } from 'preact/hooks';
import { Plus } from 'lucide';
import { call, type Key, type KeyList, type KeyMade, type KeyWish } from '../api';
import { date, number } from '../i18n';
import { t } from '../i18n/common';
import { useAct, useAnswer } from '../ui/answer';
import { CopyButton } from '../ui/copy';
import { Dialog, Sure } from '../ui/dialog';
import { Checks, Field } from '../ui/field';
import { Icon } from '../ui/icon';
import { Empty, Trouble } from '../ui/notice';
import { say } from './words-access';

const scopes = ['read', 'write', 'review', 'admin'] as const;
type Scopes = NonNullable<KeyWish['scopes']>;

/** A day in a form, as the API takes it: from its first second. */
function timeOf(day: string): string | null {
  return day ? `${day}T00:00:00Z` : null;
}

function lines(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

function Limits({ of }: { of?: Key }) {
  return (
    <>
      <Field label={say('rate')} help={say('rateHelp')}>
        {(ids) => <input {...ids} name="rate" type="number" min="0" max="1000000" defaultValue={of?.rate_per_minute ?? 0} />}
      </Field>
      <Field label={say('expires')} help={say('expiresHelp')}>
        {(ids) => <input {...ids} name="expires" type="date" defaultValue={of?.expires?.slice(0, 10) ?? ''} />}
      </Field>
      <Field label={say('origins')} help={say('originsHelp')}>
        {(ids) => <textarea {...ids} name="origins" rows={2} defaultValue={of?.origins.join('\n') ?? ''} />}
      </Field>
    </>
  );
}

function limitsOf(form: FormData) {
  return {
    rate_per_minute: Number(form.get('rate')),
    expires: timeOf(String(form.get('expires'))),
    origins: lines(String(form.get('origins'))),
  };
}

function Made({ made, close }: { made: KeyMade; close: () => void }) {
  return (
    <Dialog title={say('keyMade')} close={close}>
      <p>{say('keyOnce')}</p>
      {(['key', 'secret', 'id'] as const).map((name) => (
        <p class="shown-once">
          <span>{say(name === 'key' ? 'key' : name === 'secret' ? 'secret' : 'keyId')}</span>
          <code>{made[name]}</code>
          <CopyButton text={made[name]} what={name} />
        </p>
      ))}
      <button class="main" onClick={close}>
        {t('close')}
      </button>
    </Dialog>
  );
}

function NewKey({ made, close }: { made: (key: KeyMade) => void; close: () => void }) {
  const [run, { busy, trouble }] = useAct();
  const [chosen, setChosen] = useState<Scopes>(['read', 'write']);
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const credits = String(form.get('credits'));
    const wish: KeyWish = { name: String(form.get('name')), scopes: chosen, credits: credits ? Number(credits) : null, ...limitsOf(form) };
    void run(async () => made(await call<KeyMade>('/api/keys', { method: 'POST', body: wish })));
  };
  return (
    <Dialog title={say('newKey')} close={close}>
      <form onSubmit={send}>
        <Field label={t('name')}>{(ids) => <input {...ids} name="name" maxLength={60} required autofocus />}</Field>
        <Checks label={say('scopes')} of={scopes} chosen={chosen} choose={(list) => setChosen(list as Scopes)} nameOf={(one) => say(`scope_${one as Scopes[number]}`)} />
        <Field label={say('credits')} help={say('creditsHelp')}>
          {(ids) => <input {...ids} name="credits" type="number" min="0" />}
        </Field>
        <Limits />
        {trouble !== undefined && <Trouble reason={trouble} />}
        <button class="main" disabled={busy || !chosen.length}>
          {say('newKey')}
        </button>
      </form>
    </Dialog>
  );
}

function ChangeKey({ of, done, close }: { of: Key; done: () => void; close: () => void }) {
  const [run, { busy, trouble }] = useAct();
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const amount = Number(form.get('amount'));
    const ok = await run(async () => {
      await call(`/api/keys/${of.id}`, { method: 'PATCH', body: { name: String(form.get('name')), ...limitsOf(form) } });
      if (amount) await call(`/api/keys/${of.id}/credit`, { method: 'POST', body: { amount } });
    });
    if (ok) done();
  };
  return (
    <Dialog title={of.name || of.id} close={close}>
      <form onSubmit={(event) => void send(event as SubmitEvent)}>
        <Field label={t('name')}>{(ids) => <input {...ids} name="name" maxLength={60} defaultValue={of.name} />}</Field>
        {of.credits !== null && (
          <Field label={say('addCredits')} help={say('addCreditsHelp', { n: of.credits })}>
            {(ids) => <input {...ids} name="amount" type="number" defaultValue="0" />}
          </Field>
        )}
        <Limits of={of} />
        {trouble !== undefined && <Trouble reason={trouble} />}
        <button class="main" disabled={busy}>
          {t('save')}
        </button>
      </form>
    </Dialog>
  );
}

function stateOf(key: Key): string {
  if (key.revoked) return say('revoked');
  if (key.expires && new Date(key.expires) < new Date()) return say('expired');
  return key.last_used ? say('lastUsed', { when: date(key.last_used) }) : say('neverUsed');
}

function Row({ of, change, revoke }: { of: Key; change: () => void; revoke: () => void }) {
  return (
    <tr class={of.revoked ? 'off' : ''}>
      <th scope="row">
        {of.name || of.id}
        <br />
        <code>{of.prefix}…</code>
      </th>
      <td>{of.scopes.map((one) => say(`scope_${one as Scopes[number]}`)).join(', ')}</td>
      <td class="figure">{of.credits === null ? '∞' : number(of.credits)}</td>
      <td>{stateOf(of)}</td>
      <td class="acts">
        {!of.revoked && (
          <>
            <button onClick={change}>{say('change')}</button>
            <button class="bad" onClick={revoke}>
              {say('revoke')}
            </button>
          </>
        )}
      </td>
    </tr>
  );
}

export function Keys() {
  const { value, trouble, again } = useAnswer<KeyList>('/api/keys');
  const [open, setOpen] = useState<'new' | { made: KeyMade } | { change: Key } | { revoke: Key }>();
  const [run, act] = useAct();
  const close = () => setOpen(undefined);
  const done = () => {
    close();
    again();
  };
  if (trouble !== undefined && !value) return <Trouble reason={trouble} again={again} />;
  if (!value) return <p role="status">{t('loading')}</p>;
  return (
    <>
      <p>{say('keysHelp')}</p>
      <button class="main" onClick={() => setOpen('new')}>
        <Icon of={Plus} /> {say('newKey')}
      </button>
      {act.trouble !== undefined && <Trouble reason={act.trouble} />}
      {value.keys.length === 0 && <Empty title={say('noKeys')} />}
      <table>
        <thead>
          <tr>
            <th scope="col">{t('name')}</th>
            <th scope="col">{say('scopes')}</th>
            <th scope="col">{say('credits')}</th>
            <th scope="col">{say('state')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {value.keys.map((key) => (
            <Row key={key.id} of={key} change={() => setOpen({ change: key })} revoke={() => setOpen({ revoke: key })} />
          ))}
        </tbody>
      </table>
      {open === 'new' && (
        <NewKey
          close={close}
          made={(made) => {
            again();
            setOpen({ made });
          }}
        />
      )}
      {typeof open === 'object' && 'made' in open && <Made made={open.made} close={close} />}
      {typeof open === 'object' && 'change' in open && <ChangeKey of={open.change} done={done} close={close} />}
      {typeof open === 'object' && 'revoke' in open && (
        <Sure title={say('revoke')} close={close} act={() => void run(() => call(`/api/keys/${open.revoke.id}`, { method: 'DELETE' })).then(again)}>
          <p>{say('revokeSure', { name: open.revoke.name || open.revoke.id })}</p>
        </Sure>
      )}
    </>
  );
}
