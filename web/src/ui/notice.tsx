// What went wrong, and what to do about it.
import type { ComponentChildren } from 'preact';
import { Problem } from '../api';
import { t } from '../i18n/common';

export function Trouble({ reason, again }: { reason: unknown; again?: () => void }) {
  const problem = reason instanceof Problem ? reason : undefined;
  return (
    <div class="notice bad" role="alert">
      <strong>{problem?.message ?? t('wentWrong')}</strong>
      <p>{problem?.hint ?? String(reason)}</p>
      {again && <button onClick={again}>{t('tryAgain')}</button>}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="notice">
      <strong>{title}</strong>
      {children}
    </div>
  );
}
