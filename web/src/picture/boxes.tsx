// The boxes on a picture: pointed at they name their tag; chosen they can be moved, resized and taken away, by mouse, touch or
// keys. Drawn in the stage's own pixels, so that lines and handles stay fine at any zoom.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Picture, Tag } from '../api';
import { may } from '../session';
import { between, grips, moved, place, type Grip } from './box';
import { boxesOf, picture, pointed, putBoxes, type Box } from './state';
import { scale, shift, stage, toPicture, whole } from './view';
import { say } from './words';

/** A box of a tag; one that is being drawn has no number yet. */
export interface Chosen {
  key: string;
  index: number;
}

export const shown = signal(window.localStorage.getItem('boxes') !== 'no');
export const chosen = signal<Chosen | undefined>(undefined);
/** The tag for which a box is drawn next. */
export const drawing = signal<string | undefined>(undefined);
/** The chosen box as it is under the hand, before it is kept. */
const draft = signal<Box | undefined>(undefined);

export function showBoxes(wanted: boolean): void {
  shown.value = wanted;
  window.localStorage.setItem('boxes', wanted ? 'yes' : 'no');
}

export function letGo(): void {
  chosen.value = drawing.value = draft.value = undefined;
}

const tagOf = (key: string | undefined) => picture.value?.tags.find((tag) => tag.key === key);

/** Keeps what the hand has made of the chosen box; box undefined takes it away. */
async function keep(box: Box | undefined): Promise<void> {
  const { key, index } = chosen.value!;
  const tag = tagOf(key);
  if (!tag) return letGo();
  const boxes = [...boxesOf(tag)];
  if (box) boxes[index] = box.map((side) => Math.round(side * 10) / 10) as Box;
  else boxes.splice(index, 1);
  if (!box) chosen.value = undefined;
  await putBoxes(tag, boxes, say(box ? 'didBox' : 'didUnbox', { tag: tag.label }));
  draft.value = undefined;
}

/* ---- the hand ---------------------------------------------------------------------------------- */

interface Hold {
  grip: Grip | 'draw';
  from: [number, number]; // in the picture
  box: Box | undefined;
}
let hold: Hold | undefined;

const pointOf = (event: PointerEvent): [number, number] => {
  const { left, top } = document.querySelector('.stage')!.getBoundingClientRect();
  return toPicture(event.clientX - left, event.clientY - top);
};

/** true: the press is about boxes, not about the picture. */
export function press(event: PointerEvent): boolean {
  if (!may('write') || event.button !== 0) return false;
  const from = pointOf(event);
  if (drawing.value) {
    hold = { grip: 'draw', from, box: undefined };
    return true;
  }
  const grip = (event.target as Element).closest<SVGElement>('[data-grip]')?.dataset['grip'] as Grip | undefined;
  const tag = tagOf(chosen.value?.key);
  if (!grip || !tag) return false;
  hold = { grip, from, box: draft.value ?? boxesOf(tag)[chosen.value!.index] };
  return true;
}

export function drag(event: PointerEvent): boolean {
  if (!hold) return false;
  const to = pointOf(event);
  const { grip, from, box } = hold;
  if (grip === 'draw') draft.value = between(from, to, whole.value);
  else if (box) draft.value = moved(box, to[0] - from[0], to[1] - from[1], grip, whole.value);
  return true;
}

export function release(): boolean {
  if (!hold) return false;
  const { grip } = hold;
  hold = undefined;
  const tag = tagOf(drawing.value);
  if (grip === 'draw' && tag) {
    drawing.value = undefined;
    if (draft.value) chosen.value = { key: tag.key, index: tag.boxes.length };
  }
  if (draft.value) void keep(draft.value);
  return true;
}

/* ---- keys -------------------------------------------------------------------------------------- */

const steps: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
let keepLater: number | undefined;

/** Arrows move, with Shift they move the lower right corner; kept when the fingers rest. */
function onArrow(event: KeyboardEvent): boolean {
  const step = steps[event.key];
  const tag = tagOf(chosen.value?.key);
  const box = draft.value ?? (tag && boxesOf(tag)[chosen.value!.index]);
  if (!step || !box) return false;
  const far = Math.max(1, Math.round((event.altKey ? 1 : 8) / scale.value));
  draft.value = moved(box, step[0] * far, step[1] * far, event.shiftKey ? 'se' : 'move', whole.value);
  window.clearTimeout(keepLater);
  keepLater = window.setTimeout(() => draft.value && void keep(draft.value), 700);
  return true;
}

/** Without a hand that draws: a box in the middle of what is seen, to be moved by arrows. */
export function drawInMiddle(): void {
  const tag = tagOf(drawing.value);
  if (!tag) return;
  const size: [number, number] = [stage.value.width / scale.value / 4, stage.value.height / scale.value / 4];
  const [x, y] = toPicture(stage.value.width / 2, stage.value.height / 2);
  const box = between([x - size[0], y - size[1]], [x + size[0], y + size[1]], whole.value);
  drawing.value = undefined;
  if (!box) return;
  chosen.value = { key: tag.key, index: tag.boxes.length };
  draft.value = box;
  void keep(box);
}

/** true: the key was for the chosen box or the one to be drawn. */
export function onKey(event: KeyboardEvent): boolean {
  if (!chosen.value && !drawing.value) return false;
  if (event.key === 'Escape') letGo();
  else if (drawing.value && event.key === 'Enter') drawInMiddle();
  else if (chosen.value && (event.key === 'Delete' || event.key === 'Backspace')) void keep(undefined);
  else return chosen.value ? onArrow(event) : false;
  return true;
}

export const takeAway = () => void keep(undefined);

/* ---- drawn ------------------------------------------------------------------------------------- */

interface Drawn {
  tag: Tag;
  index: number;
  box: Box;
}

/** Large ones first, so that small ones lie above and can be reached. */
function all(of: Picture): Drawn[] {
  const { key, index } = chosen.value ?? { key: '', index: -1 };
  const drawn = of.tags
    .filter((tag) => tag.state !== 'rejected')
    .flatMap((tag) => boxesOf(tag).map((box, i) => ({ tag, index: i, box: tag.key === key && i === index && draft.value ? draft.value : box })));
  const tag = tagOf(key);
  if (tag && draft.value && index >= tag.boxes.length) drawn.push({ tag, index, box: draft.value });
  return drawn.sort((a, b) => b.box[2] * b.box[3] - a.box[2] * a.box[3]);
}

const isChosen = ({ tag, index }: Drawn) => chosen.value?.key === tag.key && chosen.value.index === index;

function One({ drawn }: { drawn: Drawn }) {
  const { tag, index, box } = drawn;
  const [x, y] = [box[0] * scale.value + shift.value.x, box[1] * scale.value + shift.value.y];
  const [width, height] = [box[2] * scale.value, box[3] * scale.value];
  const on = pointed.value === tag.key;
  const picked = isChosen(drawn);
  if (!shown.value && !on && !picked) return null;
  const choose = () => {
    pointed.value = tag.key;
    if (may('write')) chosen.value = { key: tag.key, index };
  };
  return (
    <g
      class={`box ${tag.state}${on ? ' pointed' : ''}${picked ? ' chosen' : ''}`}
      tabIndex={0}
      role="button"
      aria-pressed={picked}
      aria-label={say('boxOf', { tag: tag.label, n: index + 1 })}
      data-key={tag.key}
      onMouseEnter={() => (pointed.value = tag.key)}
      onMouseLeave={() => (pointed.value = undefined)}
      onFocus={() => (pointed.value = tag.key)}
      onClick={choose}
      onKeyDown={(event) => (event.key === 'Enter' || event.key === ' ') && (event.preventDefault(), choose())}
    >
      <rect class="halo" x={x} y={y} width={width} height={height} rx={3} />
      <rect class="line" x={x} y={y} width={width} height={height} rx={3} data-grip={picked ? 'move' : undefined} />
      {picked &&
        grips.map((grip) => {
          const [px, py] = place([x, y, width, height], grip);
          return <circle key={grip} class={`grip ${grip}`} cx={px} cy={py} r={6} data-grip={grip} />;
        })}
    </g>
  );
}

function Label({ drawn }: { drawn: Drawn }) {
  const { tag, box } = drawn;
  const x = Math.max(4, box[0] * scale.value + shift.value.x);
  const y = box[1] * scale.value + shift.value.y;
  return (
    <span class="box-label" style={{ transform: `translate(${x}px, ${Math.max(4, y - 26)}px)` }} aria-hidden="true">
      {tag.label}
    </span>
  );
}

export function Boxes({ of }: { of: Picture }) {
  useEffect(() => letGo, [of.id]);
  const drawn = all(of);
  const named = drawn.filter((one) => isChosen(one) || one.tag.key === pointed.value);
  return (
    <>
      <svg class={`boxes${drawing.value ? ' drawing' : ''}`} width={stage.value.width} height={stage.value.height}>
        {drawn.map((one) => (
          <One key={`${one.tag.key} ${one.index}`} drawn={one} />
        ))}
        {drawing.value && draft.value && (
          <rect
            class="new"
            x={draft.value[0] * scale.value + shift.value.x}
            y={draft.value[1] * scale.value + shift.value.y}
            width={draft.value[2] * scale.value}
            height={draft.value[3] * scale.value}
          />
        )}
      </svg>
      {named.slice(0, 12).map((one) => (
        <Label key={`${one.tag.key} ${one.index}`} drawn={one} />
      ))}
    </>
  );
}
