// What is known of the picture beside its tags: its colours, its quality, the camera, the place, the file, what is written in it.
import type { ComponentChildren } from 'preact';
import type { Picture } from '../api';
import { date, number } from '../i18n';
import { addressOf, termOf, type Question } from '../search/question';
import { say } from './words';

const nothing: Question = { text: '', filters: [], colour: '', similar: '', sort: '' };
const asking = (change: Partial<Question>) => addressOf({ ...nothing, ...change });

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Colours({ of }: { of: Picture }) {
  if (!of.colours?.length) return null;
  return (
    <Fact name={say('colours')}>
      <ul class="swatches">
        {of.colours.map(({ name, hex, share }) => (
          <li>
            <a href={asking({ colour: hex })} aria-label={say('likeColour', { colour: name })} title={`${name} · ${hex} · ${number(Math.round(share * 100))} %`}>
              <svg viewBox="0 0 1 1" aria-hidden="true">
                <rect width="1" height="1" fill={hex} />
              </svg>
            </a>
          </li>
        ))}
      </ul>
    </Fact>
  );
}

const measures = ['sharpness', 'exposure', 'contrast', 'aesthetic'] as const;

function Quality({ of }: { of: Picture }) {
  const { quality } = of;
  const known = measures.flatMap((name) => (quality?.[name] === undefined ? [] : [{ name, value: quality[name] }]));
  if (!known.length) return null;
  return (
    <Fact name={say('quality')}>
      <ul class="measures">
        {known.map(({ name, value }) => (
          <li>
            <span>{say(name)}</span>
            {name === 'exposure' ? (
              <span>{say(value < -0.3 ? 'dark' : value > 0.3 ? 'bright' : 'balanced')}</span>
            ) : (
              <meter min={0} max={1} value={value} aria-label={say(name)}>
                {Math.round(value * 100)} %
              </meter>
            )}
          </li>
        ))}
      </ul>
    </Fact>
  );
}

/** "1/250 s", "2 s" */
function shutter(seconds: number): string {
  return seconds < 0.3 ? `1/${Math.round(1 / seconds)} s` : `${number(Math.round(seconds * 10) / 10)} s`;
}

/** "Canon" and "Canon EOS 5D" are one name. */
function cameraOf({ make = '', model = '' }: NonNullable<Picture['metadata']>): string {
  const brand = make.split(/[ ,]/)[0]!.toLowerCase();
  return !model || !make || model.toLowerCase().startsWith(brand) ? model || make : `${make} ${model}`;
}

function Camera({ of }: { of: Picture }) {
  const said = of.metadata;
  if (!said) return null;
  const camera = cameraOf(said);
  const { exposure_s: time, f_number: stop, iso, focal_mm: focal, focal_35mm: small } = said;
  const settings = [
    time && shutter(time),
    stop && `ƒ/${number(Math.round(stop * 10) / 10)}`,
    iso && `ISO ${Math.round(iso)}`,
    focal && `${number(Math.round(focal * 10) / 10)} mm${small && small !== focal ? ` (${Math.round(small)} mm)` : ''}`,
  ].filter(Boolean);
  return (
    <>
      {(camera || said.lens || settings.length > 0) && (
        <Fact name={say('camera')}>
          {camera && <a href={asking({ filters: [termOf('camera', null, camera)] })}>{camera}</a>}
          {said.lens && (
            <>
              {camera && ' · '}
              <a href={asking({ filters: [termOf('lens', null, said.lens)] })}>{said.lens}</a>
            </>
          )}
          {settings.length > 0 && <div>{settings.join(' · ')}</div>}
        </Fact>
      )}
      {(said.creator || said.copyright) && <Fact name={say('rights')}>{[said.creator, said.copyright].filter(Boolean).join(' · ')}</Fact>}
    </>
  );
}

function Place({ of }: { of: Picture }) {
  if (!of.place) return null;
  const { city, region, country, latitude, longitude } = of.place;
  const names = [city, region, country].filter((name) => name !== undefined);
  return (
    <Fact name={say('place')}>
      {names.map((name, i) => (
        <>
          {i > 0 && ', '}
          <a href={asking({ filters: [termOf('place', null, name)] })}>{name}</a>
        </>
      ))}
      <div class="count">
        {latitude.toFixed(5)}, {longitude.toFixed(5)}
      </div>
    </Fact>
  );
}

function size(bytes: number): string {
  const [scaled, unit] = bytes < 1e6 ? [bytes / 1e3, 'kB'] : [bytes / 1e6, 'MB'];
  return `${number(Math.round(scaled * 10) / 10)} ${unit}`;
}

function File({ of }: { of: Picture }) {
  const { width, height, format, bytes } = of.picture;
  const facts = [`${width} × ${height}`, format, size(bytes)].join(' · ');
  return (
    <>
      {of.taken && <Fact name={say('taken')}>{date(of.taken)}</Fact>}
      <Fact name={say('file')}>
        {of.name}
        <div class="count">{facts}</div>
        {of.created && <div class="count">{say('added', { when: date(of.created) })}</div>}
        <a href={`/api/pictures/${of.id}/original`} download={of.name}>
          {say('download')}
        </a>
      </Fact>
    </>
  );
}

export function Facts({ of }: { of: Picture }) {
  const lines = of.text?.lines ?? [];
  return (
    <section>
      <h2>{say('details')}</h2>
      <dl class="facts">
        {lines.length > 0 && (
          <Fact name={say('written')}>
            <blockquote lang={of.text?.language || undefined}>
              {lines.map((line) => (
                <div>{line.text}</div>
              ))}
            </blockquote>
          </Fact>
        )}
        <Colours of={of} />
        <Place of={of} />
        <Camera of={of} />
        <Quality of={of} />
        <File of={of} />
        {of.warnings.length > 0 && <Fact name={say('warnings')}>{of.warnings.join(' · ')}</Fact>}
      </dl>
    </section>
  );
}
