// The tags of a picture, by facet: what they are, how sure, why; accepted, rejected, placed in the picture.
import { useState } from 'preact/hooks';
import { Check, CircleHelp, SquareDashedMousePointer, Trash2, X } from 'lucide';
import type { Picture, Tag } from '../api';
import { number } from '../i18n';
import { t } from '../i18n/common';
import { facetName } from '../i18n/facets';
import { may } from '../session';
import { Icon } from '../ui/icon';
import { chosen, drawing } from './boxes';
import { byFacet, edit, nameOf, picture, pointed, taggable } from './state';
import { say } from './words';

const percent = (share: number) => number(Math.round(share * 100));

/* ---- why ------------------------------------------------------------------------------------------- */

type Evidence = Tag['evidence'][number];

const seers = ['classify', 'detect', 'faces', 'people', 'colours', 'composition', 'style', 'cues', 'capture', 'quality', 'mesh', 'place', 'safety', 'text'] as const;
type Seer = (typeof seers)[number];
const isSeer = (name: string): name is Seer => (seers as readonly string[]).includes(name);

/** "object/tennis-racket" is said as people say it. */
const plain = (label: string) => (label.split('/').at(-1) ?? label).replaceAll('-', ' ');

function Seen({ evidence }: { evidence: Evidence }) {
  const { analyser, model, version, label, raw } = evidence;
  const who = isSeer(analyser) ? say(`by_${analyser}`) : analyser;
  return (
    <li>
      {label ? say('saw', { who, label: plain(label), raw: raw.toFixed(2) }) : say('found', { who, raw: raw.toFixed(2) })} <small>{`${model} ${version}`}</small>
    </li>
  );
}

function ruleOf({ rule, confidence }: Tag): string | undefined {
  if (!rule) return undefined;
  const values = { p: percent(confidence), shown: percent(rule.shown_from), accepted: percent(rule.accepted_from ?? 1) };
  return say(`rule_${rule.because}`, values);
}

function Why({ tag }: { tag: Tag }) {
  const person = tag.source.kind === 'person';
  const source = person || tag.source.kind === 'import' ? say(person ? 'saidBy' : 'fromFile', { name: tag.source.name || tag.source.id }) : undefined;
  const rule = person ? undefined : ruleOf(tag);
  return (
    <div class="why">
      {source && <p>{source}</p>}
      {tag.evidence.length > 0 && (
        <ul>
          {tag.evidence.map((evidence) => (
            <Seen evidence={evidence} />
          ))}
        </ul>
      )}
      {!person && tag.source.kind !== 'import' && tag.evidence.length > 0 && <p>{say('together', { p: percent(tag.confidence) })}</p>}
      {rule && <p>{rule}</p>}
      <BoxActs tag={tag} />
    </div>
  );
}

function BoxActs({ tag }: { tag: Tag }) {
  if (!may('write') || tag.state === 'rejected') return null;
  const draw = () => {
    chosen.value = undefined;
    drawing.value = tag.key;
    pointed.value = tag.key;
  };
  return (
    <p class="acts">
      {tag.boxes.map((_, index) => (
        <button class="plain" onClick={() => (chosen.value = { key: tag.key, index })}>
          {say('boxN', { n: index + 1 })}
        </button>
      ))}
      <button class="plain" onClick={draw}>
        <Icon of={SquareDashedMousePointer} size={15} /> {say('draw')}
      </button>
    </p>
  );
}

/* ---- one --------------------------------------------------------------------------------------------- */

function Verdict({ tag }: { tag: Tag }) {
  if (!taggable.value) return null;
  const name = nameOf(tag);
  const accept = () => void edit([{ action: 'accept', tag: name }], say('didAccept', { tag: tag.label }));
  const reject = () => void edit([{ action: 'reject', tag: name }], say('didReject', { tag: tag.label }));
  return (
    <span class="verdict">
      {tag.state !== 'accepted' && (
        <button class="plain yes" aria-label={`${t('accept')}: ${tag.label}`} title={t('accept')} onClick={accept}>
          <Icon of={Check} size={16} />
        </button>
      )}
      {tag.state !== 'rejected' && (
        <button class="plain no" aria-label={`${t('reject')}: ${tag.label}`} title={t('reject')} onClick={reject}>
          <Icon of={X} size={16} />
        </button>
      )}
    </span>
  );
}

function OneTag({ tag }: { tag: Tag }) {
  const [open, setOpen] = useState(false);
  const point = () => (pointed.value = tag.key);
  const release = () => (pointed.value = undefined);
  const person = tag.source.kind === 'person';
  return (
    <li class={`tag ${tag.state}${pointed.value === tag.key ? ' pointed' : ''}${open ? ' open' : ''}`} data-key={tag.key} onMouseEnter={point} onMouseLeave={release}>
      <span class="line">
        <button class="plain name" aria-expanded={open} title={say('why')} onClick={() => setOpen(!open)} onFocus={point} onBlur={release}>
          {tag.label}
          {tag.count > 1 && <span class="times"> ×{number(tag.count)}</span>}
          {!person && <span class="count">{percent(tag.confidence)} %</span>}
        </button>
        <Verdict tag={tag} />
      </span>
      {open && <Why tag={tag} />}
    </li>
  );
}

/* ---- all ----------------------------------------------------------------------------------------------- */

function Suggested({ tags }: { tags: Tag[] }) {
  if (!tags.length) return null;
  const all = (action: 'accept' | 'reject') =>
    void edit(
      tags.map((tag) => ({ action, tag: nameOf(tag) })),
      say(action === 'accept' ? 'didAcceptAll' : 'didRejectAll', { n: tags.length }),
    );
  return (
    <section class="facet waiting">
      <h2>
        <Icon of={CircleHelp} size={14} /> {say('suggested')}
      </h2>
      <ul class="tags">
        {tags.map((tag) => (
          <OneTag key={tag.key} tag={tag} />
        ))}
      </ul>
      {taggable.value && tags.length > 1 && (
        <p class="all">
          <button class="plain" onClick={() => all('accept')}>
            <Icon of={Check} size={15} /> {say('acceptAll')}
          </button>
          <button class="plain" onClick={() => all('reject')}>
            <Icon of={X} size={15} /> {say('rejectAll')}
          </button>
        </p>
      )}
    </section>
  );
}

export function Tags({ of }: { of: Picture }) {
  const accepted = of.tags.filter((tag) => tag.state === 'accepted');
  const rejected = of.tags.filter((tag) => tag.state === 'rejected');
  return (
    <>
      {byFacet(accepted).map(([facet, list]) => (
        <section class="facet" key={facet}>
          <h2>{facetName(facet)}</h2>
          <ul class="tags">
            {list.map((tag) => (
              <OneTag key={tag.key} tag={tag} />
            ))}
          </ul>
        </section>
      ))}
      <Suggested tags={of.tags.filter((tag) => tag.state === 'suggested')} />
      {rejected.length > 0 && (
        <section class="facet">
          <h2>
            <Icon of={Trash2} size={14} /> {say('rejected')}
          </h2>
          <ul class="tags">
            {rejected.map((tag) => (
              <OneTag key={tag.key} tag={tag} />
            ))}
          </ul>
        </section>
      )}
      {picture.value && of.tags.length === 0 && of.state === 'ready' && <p class="count">{say('noTags')}</p>}
    </>
  );
}
