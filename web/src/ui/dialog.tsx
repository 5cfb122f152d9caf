// A question before the page: the browser's own dialog, which keeps the focus inside and gives it back.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { X } from 'lucide';
import { t } from '../i18n/common';
import { Icon } from './icon';

export function Dialog({ title, close, children }: { title: string; close: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={close}>
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="plain" aria-label={t('close')} onClick={() => dialog.current?.close()}>
          <Icon of={X} />
        </button>
      </div>
      {children}
    </dialog>
  );
}

/** Before what cannot be taken back. */
export function Sure({ title, children, act, close }: { title: string; children?: ComponentChildren; act: () => void; close: () => void }) {
  return (
    <Dialog title={title} close={close}>
      {children}
      <p class="acts">
        <button
          class="bad"
          onClick={() => {
            act();
            close();
          }}
        >
          {title}
        </button>
        <button onClick={close}>{t('cancel')}</button>
      </p>
    </Dialog>
  );
}
