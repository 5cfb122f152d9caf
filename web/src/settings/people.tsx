// People: accounts and their roles; who is new gets a link.
import { useState } from 'preact/hooks';
import { UserPlus } from 'lucide';
import { call, type Invitation, type InvitationToken, type Person, type PersonList, type Role } from '../api';
import { t } from '../i18n/common';
import { session } from '../session';
import { useAct, useAnswer } from '../ui/answer';
import { CopyButton } from '../ui/copy';
import { Dialog, Sure } from '../ui/dialog';
import { Field } from '../ui/field';
import { Icon } from '../ui/icon';
import { Empty, Trouble } from '../ui/notice';
import { say } from './words-access';

const roles: Role[] = ['viewer', 'tagger', 'reviewer', 'admin'];

function Roles({ value, choose, ...ids }: { value: Role; choose: (role: Role) => void; id?: string; 'aria-label'?: string }) {
  return (
    <select {...ids} value={value} onChange={(event) => choose(event.currentTarget.value as Role)}>
      {roles.map((role) => (
        <option value={role}>{say(`role_${role}`)}</option>
      ))}
    </select>
  );
}

function Invite({ close }: { close: () => void }) {
  const [run, { busy, trouble }] = useAct();
  const [role, setRole] = useState<Role>('tagger');
  const [link, setLink] = useState('');
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    const email = String(new FormData(event.currentTarget as HTMLFormElement).get('email')).trim();
    const wish: Invitation = email ? { email, role } : { role };
    void run(async () => {
      const { token } = await call<InvitationToken>('/api/invitations', { method: 'POST', body: wish });
      setLink(`${window.location.origin}/#invitation=${encodeURIComponent(token)}`);
    });
  };
  return (
    <Dialog title={say('invite')} close={close}>
      {link ? (
        <>
          <p>{say('inviteLink')}</p>
          <p class="shown-once">
            <code>{link}</code>
            <CopyButton text={link} what={say('invite')} />
          </p>
        </>
      ) : (
        <form onSubmit={send}>
          <Field label={say('email')} help={say('emailHelp')}>
            {(ids) => <input {...ids} name="email" type="email" />}
          </Field>
          <Field label={say('role')} help={say(`role_${role}_help`)}>
            {(ids) => <Roles {...ids} value={role} choose={setRole} />}
          </Field>
          {trouble !== undefined && <Trouble reason={trouble} />}
          <button class="main" disabled={busy}>
            {say('invite')}
          </button>
        </form>
      )}
    </Dialog>
  );
}

export function People() {
  const { value, trouble, again } = useAnswer<PersonList>('/api/people');
  const [inviting, setInviting] = useState(false);
  const [leaving, setLeaving] = useState<Person>();
  const [run, act] = useAct();
  const change = (person: Person, body: Record<string, unknown>) =>
    void run(() => call(`/api/people/${person.id}`, { method: 'PATCH', body })).then(again);
  if (trouble !== undefined && !value) return <Trouble reason={trouble} again={again} />;
  if (!value) return <p role="status">{t('loading')}</p>;
  return (
    <>
      <p>{say('peopleHelp')}</p>
      <button class="main" onClick={() => setInviting(true)}>
        <Icon of={UserPlus} /> {say('invite')}
      </button>
      {act.trouble !== undefined && <Trouble reason={act.trouble} />}
      {value.people.length === 0 && <Empty title={say('noPeople')} />}
      <table>
        <tbody>
          {value.people.map((person) => (
            <tr key={person.id} class={person.disabled ? 'off' : ''}>
              <th scope="row">
                {person.name}
                <br />
                <span class="quiet">{person.email}</span>
              </th>
              <td>
                <Roles value={person.role} aria-label={`${say('role')}: ${person.name}`} choose={(role) => change(person, { role })} />
              </td>
              <td class="acts">
                <button onClick={() => change(person, { disabled: !person.disabled })}>{say(person.disabled ? 'enable' : 'disable')}</button>
                {person.id !== session.value?.person.id && (
                  <button class="bad" onClick={() => setLeaving(person)}>
                    {t('remove')}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {inviting && (
        <Invite
          close={() => {
            setInviting(false);
            again();
          }}
        />
      )}
      {leaving && (
        <Sure title={t('remove')} close={() => setLeaving(undefined)} act={() => void run(() => call(`/api/people/${leaving.id}`, { method: 'DELETE' })).then(again)}>
          <p>{say('removePerson', { name: leaving.name })}</p>
        </Sure>
      )}
    </>
  );
}
