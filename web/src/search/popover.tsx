// A small sheet that a button opens beside itself; Escape, a click elsewhere or leaving it closes it.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { IconNode } from 'lucide';
import { Icon } from '../ui/icon';

export function Popover({ name, icon, on, children }: { name: string; icon: IconNode; on?: boolean; children: (close: () => void) => ComponentChildren }) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    const elsewhere = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    window.addEventListener('pointerdown', elsewhere);
    window.addEventListener('focusin', elsewhere);
    return () => {
      window.removeEventListener('pointerdown', elsewhere);
      window.removeEventListener('focusin', elsewhere);
    };
  }, [open]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div
      class="popover"
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.preventDefault();
        event.stopPropagation();
        close();
      }}
    >
      <button ref={button} type="button" class={on ? 'plain on' : 'plain'} aria-expanded={open} aria-label={name} title={name} onClick={() => setOpen(!open)}>
        <Icon of={icon} />
      </button>
      {open && (
        <div class="sheet-over" role="group" aria-label={name}>
          {children(close)}
        </div>
      )}
    </div>
  );
}
