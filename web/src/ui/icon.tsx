// Line icons of the set "lucide": decoration beside words, so nothing is read aloud.
import type { IconNode } from 'lucide';
import { h } from 'preact';

export function Icon({ of, size = 18 }: { of: IconNode; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      {of.map(([tag, attributes]) => h(tag, attributes))}
    </svg>
  );
}
