// What the server answers to one question, asked again when the question changes or when something was done.
import { useCallback, useEffect, useState } from 'preact/hooks';
import { call, type Ask } from '../api';

export interface Answer<T> {
  value: T | undefined; // the last answer there was, also while the next is on its way
  trouble: unknown; // undefined: none
  again: () => void;
}

export function useAnswer<T>(path: string, query: Ask['query'] = {}): Answer<T> {
  const [value, setValue] = useState<T>();
  const [trouble, setTrouble] = useState<unknown>();
  const [round, setRound] = useState(0);
  const asked = JSON.stringify([path, query]);
  useEffect(() => {
    const under = new AbortController();
    const come = (answer: T) => {
      setValue(() => answer);
      setTrouble(undefined);
    };
    const fail = (reason: unknown) => under.signal.aborted || setTrouble(reason);
    call<T>(path, { query, signal: under.signal }).then(come, fail);
    return () => under.abort();
  }, [asked, round]);
  return { value, trouble, again: useCallback(() => setRound((n) => n + 1), []) };
}

/** Something that a person starts: whether it runs, and what went wrong with it. */
export function useAct(): [(act: () => Promise<unknown>) => Promise<boolean>, { busy: boolean; trouble: unknown }] {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<unknown>();
  const run = useCallback(async (act: () => Promise<unknown>) => {
    setBusy(true);
    setTrouble(undefined);
    try {
      await act();
      return true;
    } catch (reason) {
      setTrouble(reason);
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  return [run, { busy, trouble }];
}
