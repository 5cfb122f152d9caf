// The picture, large: zoomed and moved by wheel, fingers, keys and buttons, with its boxes on it.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ChevronLeft, ChevronRight, Eye, Maximize, Minus, Plus, SquareDashed, Trash2 } from 'lucide';
import type { Picture } from '../api';
import { t } from '../i18n/common';
import { Icon } from '../ui/icon';
import { Boxes, chosen, drag, drawing, drawInMiddle, letGo, onKey as onBoxKey, press, release, shown, showBoxes, takeAway } from './boxes';
import { step } from './neighbours';
import { pointed } from './state';
import { fit, fits, pan, scale, shift, stage, whole, zoom, zoomTo } from './view';
import { say } from './words';

function useStage(ref: { current: HTMLElement | null }, of: Picture): void {
  useLayoutEffect(() => {
    const element = ref.current!;
    const measure = () => (stage.value = { width: element.clientWidth, height: element.clientHeight });
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    measure();
    return () => watch.disconnect();
  }, []);
  useLayoutEffect(() => {
    whole.value = { width: of.picture.width || 4, height: of.picture.height || 3 };
    fit();
  }, [of.id, of.picture.width]);
}

/* ---- fingers and mouse ---------------------------------------------------------------------------- */

const distance = ([a, b]: PointerEvent[]) => Math.hypot(a!.clientX - b!.clientX, a!.clientY - b!.clientY);

/** One finger moves the picture (or goes on to the next), two zoom. */
function useHands(ref: { current: HTMLElement | null }): void {
  useEffect(() => {
    const element = ref.current!;
    const fingers = new Map<number, PointerEvent>();
    let swiped = 0;
    const at = (event: MouseEvent): [number, number] => {
      const { left, top } = element.getBoundingClientRect();
      return [event.clientX - left, event.clientY - top];
    };
    const down = (event: PointerEvent) => {
      if ((event.target as Element).closest('button')) return;
      if (press(event)) return element.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, event);
      swiped = 0;
    };
    const move = (event: PointerEvent) => {
      if (drag(event)) return;
      const before = fingers.get(event.pointerId);
      if (!before) return;
      if (fingers.size === 2) {
        const apart = distance([...fingers.values()]);
        fingers.set(event.pointerId, event);
        return zoom(distance([...fingers.values()]) / Math.max(1, apart), ...at(event));
      }
      swiped += event.clientX - before.clientX;
      pan(event.clientX - before.clientX, event.clientY - before.clientY);
      fingers.set(event.pointerId, event);
      if (!fits.value && Math.abs(swiped) > 3) element.setPointerCapture(event.pointerId);
    };
    const up = (event: PointerEvent) => {
      if (release()) return;
      if (fingers.size === 1 && fits.value && event.pointerType === 'touch' && Math.abs(swiped) > 70) step(swiped < 0 ? 1 : -1);
      fingers.delete(event.pointerId);
    };
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      zoom(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.002)), ...at(event));
    };
    const twice = (event: MouseEvent) => {
      if ((event.target as Element).closest('button, g')) return;
      if (fits.value) zoomTo(scale.value < 1 ? 1 : 2, ...at(event));
      else fit();
    };
    const listeners = { pointerdown: down, pointermove: move, pointerup: up, pointercancel: up, dblclick: twice, wheel };
    for (const [name, listener] of Object.entries(listeners)) element.addEventListener(name, listener as EventListener, { passive: false });
    return () => {
      for (const [name, listener] of Object.entries(listeners)) element.removeEventListener(name, listener as EventListener);
    };
  }, []);
}

/* ---- keys ------------------------------------------------------------------------------------------- */

const STEP = 80; // pixels of the stage

const actions: Record<string, () => void> = {
  '+': () => zoom(1.25),
  '=': () => zoom(1.25),
  '-': () => zoom(0.8),
  '0': fit,
  '1': () => zoomTo(1),
  b: () => showBoxes(!shown.value),
  ArrowLeft: () => (fits.value ? step(-1) : pan(STEP, 0)),
  ArrowRight: () => (fits.value ? step(1) : pan(-STEP, 0)),
  ArrowUp: () => pan(0, STEP),
  ArrowDown: () => pan(0, -STEP),
};

function isWriting(event: KeyboardEvent): boolean {
  return (event.target as Element).closest('input, textarea, select, [role="tablist"], dialog') !== null;
}

function useKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isWriting(event) || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
      if (onBoxKey(event)) return event.preventDefault();
      const upright = event.key === 'ArrowUp' || event.key === 'ArrowDown';
      if (event.altKey || (upright && fits.value) || !(event.key in actions)) return;
      event.preventDefault();
      actions[event.key]!();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

/* ---- buttons ------------------------------------------------------------------------------------------ */

function Tool({ name, icon, act, on }: { name: string; icon: typeof Plus; act: () => void; on?: boolean }) {
  return (
    <button aria-label={name} title={name} aria-pressed={on} onClick={act}>
      <Icon of={icon} />
    </button>
  );
}

function Tools({ boxes }: { boxes: boolean }) {
  return (
    <div class="tools" role="toolbar" aria-label={say('view')}>
      <Tool name={say('zoomOut')} icon={Minus} act={() => zoom(0.8)} />
      <span class="zoom">{Math.round(scale.value * 100)} %</span>
      <Tool name={say('zoomIn')} icon={Plus} act={() => zoom(1.25)} />
      <Tool name={say('fit')} icon={Maximize} act={fit} on={fits.value} />
      <button aria-label={`1:1 ${say('actual')}`} title={say('actual')} aria-pressed={scale.value === 1} onClick={() => zoomTo(1)}>
        1:1
      </button>
      {boxes && <Tool name={say('boxes')} icon={SquareDashed} act={() => showBoxes(!shown.value)} on={shown.value} />}
    </div>
  );
}

/** What can be done right now with a box, in words. */
function Hint() {
  if (drawing.value) {
    return (
      <p class="hint" role="status">
        {say('drawHint')} <button onClick={drawInMiddle}>{say('drawMiddle')}</button> <button onClick={letGo}>{t('cancel')}</button>
      </p>
    );
  }
  if (!chosen.value) return null;
  return (
    <p class="hint" role="status">
      {say('boxHint')}{' '}
      <button onClick={takeAway}>
        <Icon of={Trash2} size={15} /> {say('unbox')}
      </button>{' '}
      <button onClick={letGo}>{say('ready')}</button>
    </p>
  );
}

export function Viewer({ of }: { of: Picture }) {
  const ref = useRef<HTMLDivElement>(null);
  const [unveiled, setUnveiled] = useState('');
  const veiled = of.blurred && unveiled !== of.id;
  useStage(ref, of);
  useHands(ref);
  useKeys();
  const { width, height } = whole.value;
  const src = `/api/pictures/${of.id}`;
  const held = of.visibility === 'visible' ? '' : '?held=true';
  return (
    <div class={`stage${veiled ? ' veiled' : ''}${fits.value ? '' : ' zoomed'}`} ref={ref} onClick={(event) => event.target === ref.current && letGo()}>
      <img
        key={of.id}
        src={`${src}/original${held}`}
        alt={of.alt || of.title || of.name}
        width={width}
        height={height}
        draggable={false}
        style={{ transform: `translate(${shift.value.x}px, ${shift.value.y}px) scale(${scale.value})`, backgroundImage: `url("${src}/thumbnail${held}")` }}
        onMouseDown={() => (pointed.value = undefined)}
      />
      {veiled ? (
        <div class="veil">
          <p>{say('sensitive')}</p>
          <button onClick={() => setUnveiled(of.id)}>
            <Icon of={Eye} /> {t('show')}
          </button>
        </div>
      ) : (
        <Boxes of={of} />
      )}
      <Hint />
      <Steps />
      <Tools boxes={of.tags.some((tag) => tag.boxes.length > 0)} />
    </div>
  );
}

function Steps() {
  return (
    <>
      <button class="step back" aria-label={say('previous')} title={say('previous')} onClick={() => step(-1)} disabled={!step.can(-1)}>
        <Icon of={ChevronLeft} size={26} />
      </button>
      <button class="step on" aria-label={say('next')} title={say('next')} onClick={() => step(1)} disabled={!step.can(1)}>
        <Icon of={ChevronRight} size={26} />
      </button>
    </>
  );
}
