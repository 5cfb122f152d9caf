// Somebody was invited: they make the account that the link is for, and are in.
import { useState } from 'preact/hooks';
import { call, type Person } from '../api';
import { signIn } from '../session';
import { useAct } from '../ui/answer';
import { Field } from '../ui/field';
import { Trouble } from '../ui/notice';
import { say } from './words';

export function Accept({ token, done }: { token: string; done: () => void }) {
  const [run, { busy, trouble }] = useAct();
  const [email, setEmail] = useState('');
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const password = String(form.get('password'));
    const body = { token, name: String(form.get('name')).trim(), password, ...(email ? { email } : {}) };
    const ok = await run(async () => {
      const made = await call<Person>('/api/invitations/accept', { method: 'POST', body });
      await signIn({ email: made.email, password });
    });
    if (ok) done();
  };
  return (
    <main class="sign-in" id="content">
      <h1>{say('welcome')}</h1>
      <form onSubmit={(event) => void send(event as SubmitEvent)}>
        <Field label={say('yourName')}>{(ids) => <input {...ids} name="name" required autocomplete="name" />}</Field>
        <Field label={say('email')} help={say('emailHelp')}>
          {(ids) => <input {...ids} type="email" autocomplete="username" value={email} onInput={(event) => setEmail(event.currentTarget.value)} />}
        </Field>
        <Field label={say('password')} help={say('passwordHelp')}>
          {(ids) => <input {...ids} name="password" type="password" required minLength={10} autocomplete="new-password" />}
        </Field>
        <button class="main" disabled={busy}>
          {say('makeAccount')}
        </button>
        {trouble !== undefined && <Trouble reason={trouble} />}
      </form>
    </main>
  );
}
