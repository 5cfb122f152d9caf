// A picture as a question shows it: with the boxes of the tag that is asked about, and veiled where it may be unwelcome.
import { useState } from 'preact/hooks';
import { say } from './words';
import { isVeiled, unveil, type Question } from './state';

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

const ROOM = 1.8; // of a tile around its boxes
const LEAST = 0.45; // of the picture's side that a tile shows

function span(from: number, to: number, side: number): [number, number] {
  const wanted = Math.min(side, Math.max((to - from) * ROOM, side * LEAST));
  const start = Math.min(side - wanted, Math.max(0, (from + to - wanted) / 2));
  return [start, wanted];
}

/** Of a picture the part around the boxes; all of it where there are none. */
export function areaOf({ picture, tag }: Question): Area {
  const { width, height } = picture.picture;
  if (!tag.boxes.length) return { x: 0, y: 0, width, height };
  const lefts = tag.boxes.map(([x]) => x!);
  const tops = tag.boxes.map(([, y]) => y!);
  const [x, w] = span(Math.min(...lefts), Math.max(...tag.boxes.map(([l, , wide]) => l! + wide!)), width);
  const [y, h] = span(Math.min(...tops), Math.max(...tag.boxes.map(([, top, , high]) => top! + high!)), height);
  return { x, y, width: w, height: h };
}

function Boxes({ of }: { of: Question }) {
  return (
    <>
      {of.tag.boxes.map(([x, y, width, height]) => (
        <g>
          <rect class="under" x={x} y={y} width={width} height={height} vector-effect="non-scaling-stroke" />
          <rect class="over" x={x} y={y} width={width} height={height} vector-effect="non-scaling-stroke" />
        </g>
      ))}
    </>
  );
}

/** Large, whole. The small picture is there until the large one has come, and where there is none that can be shown. */
export function Sight({ of }: { of: Question }) {
  const { picture } = of;
  const { width, height } = picture.picture;
  const [broken, setBroken] = useState('');
  const veiled = isVeiled(of);
  const source = veiled || broken === picture.id ? picture.links.thumbnail : picture.links.original;
  return (
    <figure class={veiled ? 'sight veiled' : 'sight'} style={{ aspectRatio: `${width || 4} / ${height || 3}` }}>
      <img src={source} alt={picture.alt || picture.title || picture.name} draggable={false} onError={() => setBroken(picture.id)} />
      {veiled ? (
        <button class="reveal" onClick={() => unveil(picture.id)}>
          {say('sensitive')} <kbd>V</kbd>
        </button>
      ) : (
        <svg class="marks" viewBox={`0 0 ${width || 4} ${height || 3}`} aria-hidden="true">
          <Boxes of={of} />
        </svg>
      )}
    </figure>
  );
}

/** Small, the part that matters. */
export function Tile({ of }: { of: Question }) {
  const { picture } = of;
  const { width, height } = picture.picture;
  const area = areaOf(of);
  return (
    <svg class={isVeiled(of) ? 'tile-sight veil' : 'tile-sight'} viewBox={`${area.x} ${area.y} ${area.width || 1} ${area.height || 1}`} preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <image href={picture.links.thumbnail} width={width} height={height} preserveAspectRatio="none" />
      {!isVeiled(of) && <Boxes of={of} />}
    </svg>
  );
}
