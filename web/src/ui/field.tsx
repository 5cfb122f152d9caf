// One thing to fill in: what it is, what it takes, what may help.
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  label: string;
  help?: string;
  children: (ids: { id: string; 'aria-describedby'?: string }) => ComponentChildren;
}

export function Field({ label, help, children }: FieldProps) {
  const id = useId();
  return (
    <p class="field">
      <label for={id}>{label}</label>
      {children(help ? { id, 'aria-describedby': `${id}-help` } : { id })}
      {help && <small id={`${id}-help`}>{help}</small>}
    </p>
  );
}

interface ChecksProps {
  label: string;
  of: readonly string[];
  chosen: readonly string[];
  choose: (chosen: string[]) => void;
  nameOf?: (value: string) => string;
}

/** Any number of a few. */
export function Checks({ label, of, chosen, choose, nameOf = (value) => value }: ChecksProps) {
  return (
    <fieldset class="checks">
      <legend>{label}</legend>
      {of.map((value) => (
        <label>
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={(event) => choose(event.currentTarget.checked ? [...chosen, value] : chosen.filter((one) => one !== value))}
          />{' '}
          {nameOf(value)}
        </label>
      ))}
    </fieldset>
  );
}
