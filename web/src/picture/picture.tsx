// One picture: large, with its boxes, and beside it everything known about it.
import './picture.css';
import { useEffect, useState } from 'preact/hooks';
import { Check, Copy, RotateCcw, X } from 'lucide';
import type { Picture, Tag } from '../api';
import { date, language } from '../i18n';
import { t } from '../i18n/common';
import { facetName } from '../i18n/facets';
import type { RoomProps } from '../rooms';
import { may } from '../session';
import { Icon } from '../ui/icon';
import { Trouble } from '../ui/notice';
import { byFacet, edit, load, picture, pointed, trouble } from './state';
import { say } from './words';

function Boxes({ of }: { of: Picture }) {
  const { width, height } = of.picture;
  return (
    <svg class="boxes" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {of.tags
        .filter((tag) => tag.state !== 'rejected')
        .flatMap((tag) =>
          tag.boxes.map(([x, y, w, h]) => (
            <rect
              class={pointed.value === tag.key ? 'pointed' : ''}
              x={x}
              y={y}
              width={w}
              height={h}
              vector-effect="non-scaling-stroke"
              onMouseEnter={() => (pointed.value = tag.key)}
              onMouseLeave={() => (pointed.value = undefined)}
            />
          )),
        )}
    </svg>
  );
}

function Why({ tag }: { tag: Tag }) {
  return (
    <ul class="why">
      <li>
        {tag.source.kind}: {tag.source.name || tag.source.id}
      </li>
      {tag.evidence.map((evidence) => (
        <li>
          {evidence.analyser} ({evidence.model} {evidence.version}): {evidence.label ?? ''} {evidence.raw.toFixed(3)}
        </li>
      ))}
    </ul>
  );
}

function OneTag({ tag }: { tag: Tag }) {
  const [open, setOpen] = useState(false);
  const name = tag.concept ?? tag.key;
  return (
    <li class={`tag ${tag.state}${pointed.value === tag.key ? ' pointed' : ''}`} onMouseEnter={() => (pointed.value = tag.key)} onMouseLeave={() => (pointed.value = undefined)}>
      <button class="plain name" aria-expanded={open} title={say('why')} onClick={() => setOpen(!open)} onFocus={() => (pointed.value = tag.key)}>
        {tag.label}
        {tag.count > 1 && <span class="times"> ×{tag.count}</span>} <span class="count">{Math.round(tag.confidence * 100)}</span>
      </button>
      {(may('write') || may('review')) && (
        <span class="acts">
          {tag.state !== 'accepted' && (
            <button class="plain" aria-label={`${t('accept')}: ${tag.label}`} onClick={() => void edit('accept', name)}>
              <Icon of={Check} size={15} />
            </button>
          )}
          {tag.state !== 'rejected' && (
            <button class="plain" aria-label={`${t('reject')}: ${tag.label}`} onClick={() => void edit('reject', name)}>
              <Icon of={X} size={15} />
            </button>
          )}
        </span>
      )}
      {open && <Why tag={tag} />}
    </li>
  );
}

function AddTag() {
  const [text, setText] = useState('');
  return (
    <form
      class="add-tag"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) void edit('add', text.trim()).then(() => setText(''));
      }}
    >
      <input aria-label={say('addTag')} placeholder={say('addTag')} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      <button>{t('add')}</button>
    </form>
  );
}

function Text({ name, text }: { name: string; text: string }) {
  const [copied, setCopied] = useState(false);
  if (!text) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {text}{' '}
        <button class="plain" aria-label={`${t('copy')}: ${name}`} onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}>
          <Icon of={copied ? Check : Copy} size={14} />
        </button>
      </dd>
    </>
  );
}

function Facts({ of }: { of: Picture }) {
  const place = of.place && [of.place.city, of.place.region, of.place.country].filter(Boolean).join(', ');
  return (
    <dl class="facts">
      <Text name={t('title')} text={of.title} />
      <Text name={t('description')} text={of.description} />
      <Text name={t('alt')} text={of.alt} />
      <dt>{say('file')}</dt>
      <dd>
        {of.name} · {of.picture.width} × {of.picture.height} {of.picture.format} {of.taken && `· ${date(of.taken)}`} {place && `· ${place}`}
      </dd>
      {of.colours && (
        <>
          <dt>{say('colours')}</dt>
          <dd class="swatches">
            {of.colours.map((colour) => (
              <svg viewBox="0 0 1 1" role="img" aria-label={colour.name}>
                <rect width="1" height="1" fill={colour.hex} />
              </svg>
            ))}
          </dd>
        </>
      )}
    </dl>
  );
}

export function PicturePage({ found: [id = ''] }: RoomProps) {
  const [unveiled, setUnveiled] = useState(false);
  useEffect(() => void load(id), [id, language.value]);
  const shown = picture.value;
  if (!shown) return trouble.value ? <Trouble reason={trouble.value} again={() => void load(id)} /> : <p class="notice">{t('loading')}</p>;
  const tags = shown.tags.filter((tag) => tag.state !== 'rejected');
  const rejected = shown.tags.filter((tag) => tag.state === 'rejected');
  const veiled = shown.blurred && !unveiled;
  return (
    <article class="picture">
      <figure class={veiled ? 'veiled' : ''}>
        <img src={shown.links.original} alt={shown.alt} width={shown.picture.width} height={shown.picture.height} />
        {veiled ? <button onClick={() => setUnveiled(true)}>{`${say('sensitive')}: ${t('show')}`}</button> : <Boxes of={shown} />}
      </figure>
      <div class="about">
        <h1>{shown.title || shown.name}</h1>
        {trouble.value !== undefined && <Trouble reason={trouble.value} />}
        {byFacet(tags).map(([facet, list]) => (
          <section class="facet">
            <h2>{facetName(facet)}</h2>
            <ul class="tags">
              {list.map((tag) => (
                <OneTag key={tag.key} tag={tag} />
              ))}
            </ul>
          </section>
        ))}
        {may('write') && <AddTag />}
        {rejected.length > 0 && (
          <section class="facet">
            <h2>{say('rejected')}</h2>
            <ul class="tags">
              {rejected.map((tag) => (
                <OneTag key={tag.key} tag={tag} />
              ))}
            </ul>
          </section>
        )}
        <Facts of={shown} />
        <p>
          <a href={`/?similar=${shown.id}`}>
            <Icon of={RotateCcw} size={15} /> {t('similar')}
          </a>
        </p>
      </div>
    </article>
  );
}
