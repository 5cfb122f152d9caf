// What runs the house: who may come in, how pictures are tagged, who is told, and how it is doing.
import './settings.css';
import type { ComponentType } from 'preact';
import type { RoomProps } from '../rooms';
import { t } from '../i18n/common';
import { may, type Scope } from '../session';
import { place } from '../router';
import { Empty } from '../ui/notice';
import { Health } from './health';
import { Jobs } from './jobs';
import { Keys } from './keys';
import { Models } from './models';
import { People } from './people';
import { Presets } from './presets';
import { Usage } from './usage';
import { Webhooks } from './webhooks';
import { say } from './words';

interface Part {
  name: 'health' | 'jobs' | 'keys' | 'models' | 'people' | 'presets' | 'usage' | 'webhooks';
  scope: Scope;
  page: ComponentType;
}

const parts: Part[] = [
  { name: 'health', scope: 'read', page: Health },
  { name: 'jobs', scope: 'read', page: Jobs },
  { name: 'usage', scope: 'read', page: Usage },
  { name: 'presets', scope: 'read', page: Presets },
  { name: 'models', scope: 'read', page: Models },
  { name: 'keys', scope: 'admin', page: Keys },
  { name: 'people', scope: 'admin', page: People },
  { name: 'webhooks', scope: 'admin', page: Webhooks },
];

export function Settings({ found: [name = 'health'] }: RoomProps) {
  const open = parts.filter((part) => may(part.scope));
  const part = open.find((one) => one.name === name);
  return (
    <div class="settings">
      <nav aria-label={t('settings')}>
        {open.map((one) => (
          <a href={`/settings/${one.name}`} aria-current={one.name === name ? 'page' : undefined}>
            {say(one.name)}
          </a>
        ))}
      </nav>
      <section key={place.value.path}>
        <h1>{say(part?.name ?? 'health')}</h1>
        {part ? <part.page /> : <Empty title={t('notFound')} />}
      </section>
    </div>
  );
}
