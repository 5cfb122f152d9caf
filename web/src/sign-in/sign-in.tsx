// Nobody is signed in: an account, or the key that the first start put on the screen.
import { useState } from 'preact/hooks';
import { say } from './words';
import { signIn } from '../session';
import { Trouble } from '../ui/notice';

export function SignIn() {
  const [byKey, setByKey] = useState(true);
  const [reason, setReason] = useState<unknown>();
  const [busy, setBusy] = useState(false);

  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    setBusy(true);
    setReason(undefined);
    try {
      await signIn(byKey ? { key: text('key') } : { email: text('email'), password: String(form.get('password') ?? '') });
    } catch (error) {
      setReason(error);
    }
    setBusy(false);
  };

  return (
    <main class="sign-in" id="content">
      <h1>Tagsmith</h1>
      <form onSubmit={(event) => void send(event as SubmitEvent)}>
        <div class="choice" role="tablist">
          <button type="button" role="tab" aria-selected={byKey} onClick={() => setByKey(true)}>
            {say('withKey')}
          </button>
          <button type="button" role="tab" aria-selected={!byKey} onClick={() => setByKey(false)}>
            {say('withAccount')}
          </button>
        </div>
        {byKey ? (
          <>
            <label>
              {say('key')}
              <input name="key" type="password" required autocomplete="off" spellcheck={false} aria-describedby="key-help" />
            </label>
            <small id="key-help">{say('keyHelp')}</small>
          </>
        ) : (
          <>
            <label>
              {say('email')}
              <input name="email" type="email" required autocomplete="username" />
            </label>
            <label>
              {say('password')}
              <input name="password" type="password" required autocomplete="current-password" />
            </label>
          </>
        )}
        <button class="main" disabled={busy}>
          {say('signIn')}
        </button>
        {reason !== undefined && <Trouble reason={reason} />}
      </form>
    </main>
  );
}
