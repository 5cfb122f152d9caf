// Copies a text, and says that it did.
import { useState } from 'preact/hooks';
import { Check, Copy } from 'lucide';
import { t } from '../i18n/common';
import { Icon } from './icon';

export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState<string>();
  return (
    <button type="button" class="plain" aria-label={`${t('copy')}: ${what}`} title={t('copy')} onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(text))}>
      <Icon of={copied === text ? Check : Copy} size={16} />
    </button>
  );
}
