// What narrows the question, each to be taken away.
import './search.css';
import { X } from 'lucide';
import { t } from '../i18n/common';
import { go } from '../router';
import { Icon } from '../ui/icon';
import { nameOf } from './names';
import { ask, question, termsOf, type Question } from './question';
import { say } from './words';

/** Each part of a question, called as people would, and the question without it. */
export function partsOf(q: Question): { name: string; kind: 'text' | 'in' | 'out' | 'colour' | 'similar'; without: Partial<Question> }[] {
  const filters = q.filters.map((filter) => ({
    name: termsOf(filter).map(nameOf).join(` ${say('or')} `),
    kind: filter.startsWith('-') ? ('out' as const) : ('in' as const),
    without: { filters: q.filters.filter((other) => other !== filter) },
  }));
  return [
    ...(q.text ? [{ name: `“${q.text}”`, kind: 'text' as const, without: { text: '' } }] : []),
    ...filters,
    ...(q.colour ? [{ name: q.colour, kind: 'colour' as const, without: { colour: '' } }] : []),
    ...(q.similar ? [{ name: t('similar'), kind: 'similar' as const, without: { similar: '' } }] : []),
  ];
}

export function Chosen() {
  const { similar, colour } = question.value;
  const parts = partsOf(question.value).filter(({ kind }) => kind !== 'text');
  if (!parts.length) return null;
  return (
    <ul class="chosen-filters" aria-label={say('chosen')}>
      {parts.map(({ name, kind, without }) => (
        <li key={name}>
          <button class={kind} aria-label={`${say('remove')}: ${kind === 'out' ? `${say('not')} ${name}` : name}`} onClick={() => ask(without)}>
            {kind === 'similar' && <img src={`/api/pictures/${similar}/thumbnail`} alt="" />}
            {kind === 'colour' && <span class="dot" style={{ backgroundColor: colour }} />}
            {kind === 'out' && <span class="not">{say('not')}</span>}
            <span>{name}</span> <Icon of={X} size={14} />
          </button>
        </li>
      ))}
      {parts.length > 1 && (
        <li>
          <button class="plain" onClick={() => go('/')}>
            {t('clear')}
          </button>
        </li>
      )}
    </ul>
  );
}
