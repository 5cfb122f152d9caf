// Where one looks at a picture: how large, and which point of it is in the middle. Numbers only.
import { computed, signal } from '@preact/signals';

export interface Size {
  width: number;
  height: number;
}

/** Of the stage, in pixels of the page; of the picture, in its own. */
export const stage = signal<Size>({ width: 1, height: 1 });
export const whole = signal<Size>({ width: 1, height: 1 });

/** undefined: the whole picture, as large as it fits. */
const look = signal<{ scale: number; x: number; y: number } | undefined>(undefined);

const MOST = 8;
const ENLARGED = 2; // small pictures fill no wall

export const fitting = computed(() => Math.min(ENLARGED, stage.value.width / whole.value.width, stage.value.height / whole.value.height));
export const fits = computed(() => look.value === undefined);
export const scale = computed(() => look.value?.scale ?? fitting.value);

/** From a point of the picture to one of the stage: point * scale + shift. */
export const shift = computed(() => {
  const x = look.value?.x ?? whole.value.width / 2;
  const y = look.value?.y ?? whole.value.height / 2;
  return { x: stage.value.width / 2 - x * scale.value, y: stage.value.height / 2 - y * scale.value };
});

export function toPicture(x: number, y: number): [number, number] {
  return [(x - shift.value.x) / scale.value, (y - shift.value.y) / scale.value];
}

/** No further than the picture goes; what is narrower than the stage stands in its middle. */
function within(middle: number, length: number, room: number): number {
  return length <= room ? length / 2 : Math.min(Math.max(middle, room / 2), length - room / 2);
}

function set(next: number, x: number, y: number): void {
  const { width, height } = whole.value;
  const isAll = fitting.value <= 1 ? next <= fitting.value * 1.001 : Math.abs(next - fitting.value) < 0.001;
  if (isAll) return fit();
  look.value = { scale: next, x: within(x, width, stage.value.width / next), y: within(y, height, stage.value.height / next) };
}

export function fit(): void {
  look.value = undefined;
}

/** What is under this point of the stage stays there. */
export function zoomTo(wanted: number, atX = stage.value.width / 2, atY = stage.value.height / 2): void {
  const [x, y] = toPicture(atX, atY);
  const next = Math.min(Math.max(wanted, Math.min(fitting.value, 1)), MOST);
  set(next, x + (stage.value.width / 2 - atX) / next, y + (stage.value.height / 2 - atY) / next);
}

export function zoom(factor: number, atX?: number, atY?: number): void {
  zoomTo(scale.value * factor, atX, atY);
}

export function pan(dx: number, dy: number): void {
  if (fits.value) return;
  const { x, y, scale: now } = look.value!;
  set(now, x - dx / now, y - dy / now);
}
