// The page's own words. Tags come from the server in the same language.
import { signal } from '@preact/signals';
import { en, type Words } from './en';

export const languages = { en: 'English', de: 'Deutsch', fr: 'Français', es: 'Español', zh: '中文', ja: '日本語', ko: '한국어' };
export type Language = keyof typeof languages;

const loaders: Record<Exclude<Language, 'en'>, () => Promise<{ words: Words }>> = {
  de: () => import('./de'),
  fr: () => import('./fr'),
  es: () => import('./es'),
  zh: () => import('./zh'),
  ja: () => import('./ja'),
  ko: () => import('./ko'),
};

export const language = signal<Language>('en');
const words = signal<Words>(en);

function isLanguage(text: string): text is Language {
  return text in languages;
}

export async function speak(wanted: Language): Promise<void> {
  const found = wanted === 'en' ? en : (await loaders[wanted]()).words;
  words.value = found;
  language.value = wanted;
  document.documentElement.lang = wanted;
  window.localStorage.setItem('language', wanted);
}

/** The one chosen before, else the first of the browser's that there is. */
export async function speakFirst(): Promise<void> {
  const wishes = [window.localStorage.getItem('language') ?? '', ...navigator.languages.map((l) => l.slice(0, 2))];
  await speak(wishes.find(isLanguage) ?? 'en');
}

type Values = Record<string, string | number>;

/** A sentence of the page; {name} is replaced, and {n|one|many} says one or many by the number n. */
export function t(key: keyof Words, values: Values = {}): string {
  return words.value[key].replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name: string, one?: string, many?: string) => {
    const value = values[name] ?? '';
    if (one === undefined) return typeof value === 'number' ? number(value) : value;
    return (new Intl.PluralRules(language.value).select(Number(value)) === 'one' ? one : many) ?? '';
  });
}

/** What a facet is called; those of people's own have only their own name. */
export function facetName(facet: string): string {
  const key = `facet_${facet}`;
  return key in en ? t(key as keyof Words) : facet;
}

export function number(value: number): string {
  return new Intl.NumberFormat(language.value).format(value);
}

export function date(text: string): string {
  return new Intl.DateTimeFormat(language.value, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(new Date(text));
}
