// The address says everything about what is shown, so that it can be shared and gone back to.
import { signal } from '@preact/signals';

export interface Place {
  path: string;
  query: URLSearchParams;
}

function here(): Place {
  return { path: window.location.pathname, query: new URLSearchParams(window.location.search) };
}

export const place = signal<Place>(here());
/** The question of the library that was asked last ("?text=dog"): one goes back to it, and through what it found. */
export const found = signal(place.value.path === '/' ? window.location.search : '');

function arrive(): void {
  place.value = here();
  if (place.value.path === '/') found.value = window.location.search;
}

window.addEventListener('popstate', arrive);

/** replace: the step before is not worth going back to (typing, filters). */
export function go(address: string, replace = false): void {
  if (replace) window.history.replaceState(null, '', address);
  else window.history.pushState(null, '', address);
  arrive();
}

/** Links stay links: a new tab, a copied address and a screen reader get what they expect. */
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element).closest?.('a');
  if (!link || link.target || link.hasAttribute('download') || link.origin !== window.location.origin) return;
  if (link.pathname.startsWith('/api/')) return;
  event.preventDefault();
  go(link.pathname + link.search);
}
