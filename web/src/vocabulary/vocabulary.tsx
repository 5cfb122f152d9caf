// The words that tags are made of: Tagsmith's own, and those that people bring.
import './vocabulary.css';
import type { RoomProps } from '../rooms';
import { t } from '../i18n/common';
import { place } from '../router';
import { Core } from './core';
import { SchemePage } from './scheme';
import { Schemes } from './schemes';
import { say } from './words';

export function VocabularyPage({ found: [first = '', second = ''] }: RoomProps) {
  const own = first === 'own';
  return (
    <div class="vocabulary">
      <h1>{t('vocabulary')}</h1>
      <nav aria-label={t('vocabulary')} class="tabs">
        <a href="/vocabulary" aria-current={own ? undefined : 'page'}>
          {say('core')}
        </a>
        <a href="/vocabulary/own" aria-current={own ? 'page' : undefined}>
          {say('own')}
        </a>
      </nav>
      {!own && <Core id={first && second ? `${first}/${second}` : ''} />}
      {own && !second && <Schemes />}
      {own && second && <SchemePage key={second} scheme={second} id={place.value.query.get('concept') ?? ''} />}
    </div>
  );
}
