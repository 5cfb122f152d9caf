// Webhooks: which addresses are told of what, and what became of each message.
import { useEffect, useState } from 'preact/hooks';
import { Plus } from 'lucide';
import { call, type Delivery, type DeliveryList, type Webhook, type WebhookList, type WebhookTest, type WebhookWish } from '../api';
import { date, number } from '../i18n';
import { t } from '../i18n/common';
import { useAct, useAnswer } from '../ui/answer';
import { Dialog, Sure } from '../ui/dialog';
import { Checks, Field } from '../ui/field';
import { Icon } from '../ui/icon';
import { Empty, Trouble } from '../ui/notice';
import { say } from './words-access';

type Events = NonNullable<WebhookWish['events']>;
const events: Events = [
  'picture.tagged',
  'picture.updated',
  'picture.deleted',
  'picture.held',
  'picture.released',
  'picture.rejected',
  'picture.failed',
  'job.done',
];

function Form({ of, done, close }: { of: Webhook | undefined; done: () => void; close: () => void }) {
  const [run, { busy, trouble }] = useAct();
  const [chosen, setChosen] = useState<string[]>(of?.events ?? []);
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const wish: WebhookWish = { url: String(form.get('url')).trim(), events: chosen as Events, paused: form.has('paused') };
    if (of) wish.key = of.key;
    const ask = of ? { method: 'PUT', body: wish, version: of.version } as const : { method: 'POST', body: wish } as const;
    if (await run(() => call(of ? `/api/webhooks/${of.id}` : '/api/webhooks', ask))) done();
  };
  return (
    <Dialog title={of ? of.url : say('newWebhook')} close={close}>
      <form onSubmit={(event) => void send(event as SubmitEvent)}>
        <Field label={say('address')}>{(ids) => <input {...ids} name="url" type="url" required defaultValue={of?.url ?? ''} placeholder="https://" />}</Field>
        <Checks label={say('events')} of={events} chosen={chosen} choose={setChosen} />
        <small>{say('eventsHelp')}</small>
        <p>
          <label>
            <input type="checkbox" name="paused" defaultChecked={of?.paused ?? false} /> {say('paused')}
          </label>
        </p>
        {trouble !== undefined && <Trouble reason={trouble} />}
        <button class="main" disabled={busy}>
          {t('save')}
        </button>
      </form>
    </Dialog>
  );
}

function Sent({ of, again }: { of: Delivery; again: () => void }) {
  const [run, { busy, trouble }] = useAct();
  return (
    <tr>
      <td>{of.created && date(of.created)}</td>
      <td>{of.event}</td>
      <td>
        {say(`delivery_${of.state as 'waiting' | 'delivered' | 'dead'}`)} · {say('attempts', { n: of.attempts })}
        {of.last_error && <div class="quiet">{of.last_error}</div>}
        {trouble !== undefined && <Trouble reason={trouble} />}
      </td>
      <td class="acts">
        {of.state !== 'waiting' && (
          <button disabled={busy} onClick={() => void run(() => call(`/api/deliveries/${of.id}/redeliver`, { method: 'POST' })).then(again)}>
            {say('redeliver')}
          </button>
        )}
      </td>
    </tr>
  );
}

function Deliveries({ of, close }: { of: Webhook; close: () => void }) {
  const [state, setState] = useState('');
  const { value, trouble, again } = useAnswer<DeliveryList>(`/api/webhooks/${of.id}/deliveries`, { state, limit: 100 });
  const waiting = value?.deliveries.some((delivery) => delivery.state === 'waiting') ?? false;
  useEffect(() => {
    const timer = waiting ? window.setInterval(again, 2000) : 0;
    return () => window.clearInterval(timer);
  }, [waiting, again]);
  return (
    <Dialog title={say('deliveries')} close={close}>
      <Field label={say('state')}>
        {(ids) => (
          <select {...ids} value={state} onChange={(event) => setState(event.currentTarget.value)}>
            <option value="">{say('all')}</option>
            {(['waiting', 'delivered', 'dead'] as const).map((one) => (
              <option value={one}>{say(`delivery_${one}`)}</option>
            ))}
          </select>
        )}
      </Field>
      {trouble !== undefined && <Trouble reason={trouble} again={again} />}
      {value?.deliveries.length === 0 && <p>{say('noDeliveries')}</p>}
      <table>
        <tbody>
          {value?.deliveries.map((delivery) => (
            <Sent key={delivery.id} of={delivery} again={again} />
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}

function outcome(test: WebhookTest): string {
  return test.error || say('testFine', { status: test.status, ms: number(Math.round(test.ms)) });
}

function Row({ of, open, again }: { of: Webhook; open: (what: Open) => void; again: () => void }) {
  const [run, { busy, trouble }] = useAct();
  const [tested, setTested] = useState<WebhookTest>();
  return (
    <tr class={of.paused ? 'off' : ''}>
      <th scope="row">
        {of.url}
        <br />
        <span class="quiet">
          {of.events.length ? of.events.join(', ') : say('allEvents')} {of.paused && `· ${say('paused')}`}
        </span>
        {tested && <p role="status">{outcome(tested)}</p>}
        {trouble !== undefined && <Trouble reason={trouble} again={again} />}
      </th>
      <td class="acts">
        <button disabled={busy} onClick={() => void run(async () => setTested(await call<WebhookTest>(`/api/webhooks/${of.id}/test`, { method: 'POST' })))}>
          {say('test')}
        </button>
        <button onClick={() => open({ deliveries: of })}>{say('deliveries')}</button>
        <button onClick={() => open({ change: of })}>{say('change')}</button>
        <button class="bad" onClick={() => open({ remove: of })}>
          {t('remove')}
        </button>
      </td>
    </tr>
  );
}

type Open = { change: Webhook | undefined } | { deliveries: Webhook } | { remove: Webhook };

export function Webhooks() {
  const { value, trouble, again } = useAnswer<WebhookList>('/api/webhooks');
  const [open, setOpen] = useState<Open>();
  const [run, act] = useAct();
  const close = () => setOpen(undefined);
  if (trouble !== undefined && !value) return <Trouble reason={trouble} again={again} />;
  if (!value) return <p role="status">{t('loading')}</p>;
  return (
    <>
      <p>{say('webhooksHelp')}</p>
      <button class="main" onClick={() => setOpen({ change: undefined })}>
        <Icon of={Plus} /> {say('newWebhook')}
      </button>
      {act.trouble !== undefined && <Trouble reason={act.trouble} />}
      {value.webhooks.length === 0 && <Empty title={say('noWebhooks')} />}
      <table>
        <tbody>
          {value.webhooks.map((webhook) => (
            <Row key={webhook.id} of={webhook} open={setOpen} again={again} />
          ))}
        </tbody>
      </table>
      {open && 'change' in open && (
        <Form
          of={open.change}
          close={close}
          done={() => {
            close();
            again();
          }}
        />
      )}
      {open && 'deliveries' in open && <Deliveries of={open.deliveries} close={close} />}
      {open && 'remove' in open && (
        <Sure title={t('remove')} close={close} act={() => void run(() => call(`/api/webhooks/${open.remove.id}`, { method: 'DELETE', version: open.remove.version })).then(again)}>
          <p>{open.remove.url}</p>
        </Sure>
      )}
    </>
  );
}
