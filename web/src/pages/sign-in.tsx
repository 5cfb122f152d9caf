// Nobody is signed in: an account, or the key that the first start put on the screen.
import { useState } from 'preact/hooks';
import { t } from '../i18n';
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
            {t('withKey')}
          </button>
          <button type="button" role="tab" aria-selected={!byKey} onClick={() => setByKey(false)}>
            {t('withAccount')}
          </button>
        </div>
        {byKey ? (
          <>
            <label>
              {t('key')}
              <input name="key" type="password" required autocomplete="off" spellcheck={false} aria-describedby="key-help" />
            </label>
            <small id="key-help">{t('keyHelp')}</small>
          </>
        ) : (
          <>
            <label>
              {t('email')}
              <input name="email" type="email" required autocomplete="username" />
            </label>
            <label>
              {t('password')}
              <input name="password" type="password" required autocomplete="current-password" />
            </label>
          </>
        )}
        <button class="main" disabled={busy}>
          {t('signIn')}
        </button>
        {reason !== undefined && <Trouble reason={reason} />}
      </form>
    </main>
  );
}
