// The languages of the page. Each room keeps its own words, in all languages side by side; tags come from the server in the
// same language.
import { signal } from '@preact/signals';

export const languages = { en: 'English', de: 'Deutsch', fr: 'Français', es: 'Español', zh: '中文', ja: '日本語', ko: '한국어' };
export type Language = keyof typeof languages;

export const language = signal<Language>('en');

function isLanguage(text: string): text is Language {
  return text in languages;
}

export function speak(wanted: Language): void {
  language.value = wanted;
  document.documentElement.lang = wanted;
  window.localStorage.setItem('language', wanted);
}

/** The one chosen before, else the first of the browser's that there is. */
export function speakFirst(): void {
  const wishes = [window.localStorage.getItem('language') ?? '', ...navigator.languages.map((l) => l.slice(0, 2))];
  speak(wishes.find(isLanguage) ?? 'en');
}

type Values = Record<string, string | number>;

function fill(sentence: string, values: Values): string {
  return sentence.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name: string, one?: string, many?: string) => {
    const value = values[name] ?? '';
    if (one === undefined) return typeof value === 'number' ? number(value) : value;
    return (new Intl.PluralRules(language.value).select(Number(value)) === 'one' ? one : many) ?? '';
  });
}

export interface Phrases<Key extends string> {
  (key: Key, values?: Values): string;
  has(key: string): key is Key;
}

/**
 * A room's sentences: one that a language lacks does not build. {name} is replaced, and {n|one|many} says one or many by the
 * number n.
 */
export function phrases<Key extends string>(table: { en: Record<Key, string> } & Record<Language, Record<NoInfer<Key>, string>>): Phrases<Key> {
  const say = (key: Key, values: Values = {}) => fill(table[language.value][key], values);
  return Object.assign(say, { has: (key: string): key is Key => key in table.en });
}

export function number(value: number): string {
  return new Intl.NumberFormat(language.value).format(value);
}

export function date(text: string): string {
  return new Intl.DateTimeFormat(language.value, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(new Date(text));
}
