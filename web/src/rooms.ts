// One table lists the rooms of the page: their addresses, who may enter, and the code that is fetched on the way in.
import type { ComponentType } from 'preact';
import { BookOpen, Images, ListChecks, Settings, type IconNode } from 'lucide';
import type { Scope } from './session';
import type { t } from './i18n/common';

/** What stood in the address where the room's expression has brackets. */
export interface RoomProps {
  found: string[];
}

export interface Room {
  name: string; // its styles hold inside .in-NAME alone, as styles that came once stay
  address: RegExp;
  load: () => Promise<ComponentType<RoomProps>>;
  link?: { to: string; word: Parameters<typeof t>[0]; icon: IconNode; scope: Scope }; // stands in the head of every page
}

export const rooms: Room[] = [
  {
    name: 'library',
    address: /^\/$/,
    load: async () => (await import('./library/library')).Library,
    link: { to: '/', word: 'library', icon: Images, scope: 'read' },
  },
  {
    name: 'review',
    address: /^\/review$/,
    load: async () => (await import('./review/review')).ReviewPage,
    link: { to: '/review', word: 'review', icon: ListChecks, scope: 'review' },
  },
  {
    name: 'vocabulary',
    address: /^\/vocabulary(?:\/([\w-]+))?(?:\/([\w-]+))?$/,
    load: async () => (await import('./vocabulary/vocabulary')).VocabularyPage,
    link: { to: '/vocabulary', word: 'vocabulary', icon: BookOpen, scope: 'read' },
  },
  {
    name: 'settings',
    address: /^\/settings(?:\/(\w+))?$/,
    load: async () => (await import('./settings/settings')).Settings,
    link: { to: '/settings', word: 'settings', icon: Settings, scope: 'read' },
  },
  { name: 'picture', address: /^\/pictures\/([\w-]+)$/, load: async () => (await import('./picture/picture')).PicturePage },
];
