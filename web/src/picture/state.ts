// One picture, and what is done to its tags. Every change answers with the picture as it is then.
import { batch, signal } from '@preact/signals';
import { call, type Picture, type Tag } from '../api';
import { language } from '../i18n';

export const picture = signal<Picture | undefined>(undefined);
export const trouble = signal<unknown>(undefined);
/** The tag whose boxes are shown strongly; pointing at either finds the other. */
export const pointed = signal<string | undefined>(undefined);

export async function load(id: string): Promise<void> {
  batch(() => {
    if (picture.value?.id !== id) picture.value = undefined;
    trouble.value = undefined;
  });
  try {
    picture.value = await call<Picture>(`/api/pictures/${id}`, { query: { lang: language.value, rejected: true } });
  } catch (reason) {
    trouble.value = reason;
  }
}

type Action = 'add' | 'remove' | 'accept' | 'reject';

export async function edit(action: Action, tag: string): Promise<void> {
  const { id, version } = picture.value!;
  try {
    await call(`/api/pictures/${id}/tags`, { method: 'POST', body: { edits: [{ action, tag }] }, version });
    trouble.value = undefined;
  } catch (reason) {
    trouble.value = reason;
  }
  await load(id);
}

export function byFacet(tags: readonly Tag[]): [string, Tag[]][] {
  const facets = new Map<string, Tag[]>();
  for (const tag of tags) {
    const list = facets.get(tag.facet);
    if (list) list.push(tag);
    else facets.set(tag.facet, [tag]);
  }
  return [...facets];
}
