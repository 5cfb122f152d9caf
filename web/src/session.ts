// Who is signed in, and what they may do.
import { computed, signal } from '@preact/signals';
import { call, Problem, useToken, type Session } from './api';

export type Scope = 'read' | 'write' | 'review' | 'admin';

/** undefined: not known yet; null: nobody. */
export const session = signal<Session | null | undefined>(undefined);

const scopes = computed(() => new Set<string>(session.value?.person.scopes ?? []));

export function may(scope: Scope): boolean {
  return scopes.value.has('admin') || scopes.value.has(scope);
}

// The cookie cannot be seen from here; without this note every first visit would ask for a session that is not there.
const NOTE = 'signed-in';

function begin(found: Session): void {
  window.localStorage.setItem(NOTE, 'yes');
  useToken(found.csrf ?? "");
  session.value = found;
}

function end(): void {
  window.localStorage.removeItem(NOTE);
  session.value = null;
}

export async function resume(): Promise<void> {
  if (!window.localStorage.getItem(NOTE)) return end();
  try {
    begin(await call<Session>('/api/session'));
  } catch (reason) {
    if (!(reason instanceof Problem)) throw reason;
    end();
  }
}

export type SignIn = { email: string; password: string } | { key: string };

export async function signIn(wish: SignIn): Promise<void> {
  begin(await call<Session>('/api/session', { method: 'POST', body: wish }));
}

export async function signOut(): Promise<void> {
  await call('/api/session', { method: 'DELETE' });
  end();
}
