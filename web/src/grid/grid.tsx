// The wall of pictures: only what is in sight is in the page. One picture can be tabbed to; arrows go on from there. Knows
// numbers and shapes, not what is asked.
import './grid.css';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Check } from 'lucide';
import { arrived, cellOf } from '../library/cells';
import { colourOf, type Result } from '../library/result';
import type { How } from '../library/selection';
import { Icon } from '../ui/icon';
import { cellsOf, layOut, neighbour, rowOf, rowsBetween, type Layout, type Row } from './layout';

const GAP = 6;
const OVERSCAN = 500; // pixels above and below that are there already

export interface GridProps {
  result: Result;
  seen: (first: number, end: number) => void; // these are in sight: fetch them
  rowHeight: number;
  busy: boolean; // another answer is on its way
  selected: ReadonlySet<number>;
  select: (index: number, how: How) => void;
  selectAll: () => void;
  open: (index: number) => void;
  start: () => number; // index of the picture to begin at, asked once
  name: string; // of the wall, read aloud
}

function useWidth(ref: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const watch = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    watch.observe(element);
    setWidth(element.clientWidth);
    return () => watch.disconnect();
  }, [ref]);
  return width;
}

/** The rows that the window shows, looked at no more than once a frame; only another stretch is news. */
function useRows(ref: { current: HTMLElement | null }, layout: Layout): [number, number] {
  const [, setNews] = useState(0);
  const shown = useRef<[number, number]>([0, 0]);
  const inSight = (): [number, number] => {
    const top = -(ref.current?.getBoundingClientRect().top ?? 0);
    return rowsBetween(layout, top - OVERSCAN, top + window.innerHeight + OVERSCAN);
  };
  const look = useRef(() => {});
  look.current = () => {
    const [from, to] = inSight();
    if (from !== shown.current[0] || to !== shown.current[1]) setNews((n) => n + 1);
  };
  useEffect(() => {
    let frame = 0;
    const later = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        look.current();
      });
    };
    later();
    window.addEventListener('scroll', later, { passive: true });
    window.addEventListener('resize', later);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('scroll', later);
      window.removeEventListener('resize', later);
    };
  }, []);
  shown.current = inSight();
  return shown.current;
}

function step(event: KeyboardEvent, layout: Layout, ratios: Float32Array, from: number): number | undefined {
  const last = ratios.length - 1;
  const rows = Math.max(1, Math.floor(window.innerHeight / ((layout.rows[rowOf(layout, from)]?.height ?? 200) + GAP)) - 1);
  const jump = (down: boolean) => {
    let at = from;
    for (let i = 0; i < rows; i++) at = neighbour(layout, ratios, at, down);
    return at;
  };
  switch (event.key) {
    case 'ArrowRight':
      return Math.min(last, from + 1);
    case 'ArrowLeft':
      return Math.max(0, from - 1);
    case 'ArrowDown':
      return neighbour(layout, ratios, from, true);
    case 'ArrowUp':
      return neighbour(layout, ratios, from, false);
    case 'PageDown':
      return jump(true);
    case 'PageUp':
      return jump(false);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}

interface CellProps {
  number: number;
  index: number;
  count: number;
  left: number;
  top: number;
  width: number;
  height: number;
  colour: string;
  chosen: boolean;
  current: boolean;
}

/** Drawn anew only when its own place or its own picture changes. */
function Cell({ number, index, count, left, top, width, height, colour, chosen, current }: CellProps) {
  void arrived.value;
  const cell = cellOf(number);
  return (
    <div
      class={`cell${chosen ? ' chosen' : ''}${cell?.blurred ? ' veiled' : ''}`}
      role="option"
      aria-selected={chosen}
      aria-label={cell ? cell.alt || cell.title || cell.name : '…'}
      aria-posinset={index + 1}
      aria-setsize={count}
      tabIndex={current ? 0 : -1}
      data-index={index}
      style={{ transform: `translate(${left}px, ${top}px)`, width: `${width}px`, height: `${height}px`, backgroundColor: colour }}
    >
      {cell?.state === 'ready' && <img src={cell.thumbnail} alt="" decoding="async" draggable={false} />}
      {cell && <span class="name">{cell.title || cell.name}</span>}
      <span class="tick" data-tick aria-hidden="true">
        <Icon of={Check} size={16} />
      </span>
    </div>
  );
}

function indexOf(event: Event): number | undefined {
  const cell = (event.target as Element).closest<HTMLElement>('[data-index]');
  return cell ? Number(cell.dataset['index']) : undefined;
}

/** The current picture stays the current one while results come and go; where it went away, its place is taken by the next. */
function useCurrent({ result }: GridProps, start: number): [number, (index: number) => void] {
  const [index, setIndex] = useState(start);
  const number = useRef(result.numbers[start]);
  const before = useRef(result);
  let current = Math.max(0, Math.min(index, result.numbers.length - 1));
  if (before.current !== result) {
    before.current = result;
    const at = number.current === undefined ? -1 : result.numbers.indexOf(number.current);
    if (at >= 0) current = at;
    if (current !== index) setIndex(current);
  }
  number.current = result.numbers[current];
  return [current, setIndex];
}

export function Grid(props: GridProps) {
  const { result, rowHeight, selected } = props;
  const { ratios, numbers } = result;
  const wall = useRef<HTMLDivElement>(null);
  const width = useWidth(wall);
  const layout = useMemo(() => layOut(ratios, Math.max(1, width), rowHeight, GAP), [ratios, width, rowHeight]);
  const [from, to] = useRows(wall, layout);
  const [start] = useState(props.start);
  const [current, setCurrent] = useCurrent(props, start);
  const toFocus = useRef<number | undefined>(undefined); // until the picture is there, however many results come meanwhile
  const hadFocus = useRef(false);

  const rows = width > 0 ? layout.rows.slice(from, to) : [];
  const first = rows[0]?.first ?? 0;
  const end = rows.length ? rows[rows.length - 1]!.first + rows[rows.length - 1]!.count : 0;
  const own = width > 0 && (current < first || current >= end) ? layout.rows[rowOf(layout, current)] : undefined;
  if (own) rows.push(own); // so that there always is a picture to tab to, and the focus is not scrolled away

  useEffect(() => {
    if (end > first) props.seen(first, end);
  }, [first, end, result]);

  const show = (index: number, middle = false) => {
    const row = layout.rows[rowOf(layout, index)];
    if (!row) return;
    const top = (wall.current?.getBoundingClientRect().top ?? 0) + row.top;
    const head = 64; // what sticks to the top of the window
    if (top < head || top + row.height > window.innerHeight || middle) {
      const to = middle ? (window.innerHeight - row.height) / 2 : top < head ? head : window.innerHeight - row.height - GAP;
      window.scrollBy({ top: top - to, behavior: 'instant' });
    }
  };

  const begun = useRef(start === 0);
  useLayoutEffect(() => {
    if (begun.current || width === 0) return;
    begun.current = true;
    toFocus.current = current;
    show(current, true);
  });

  // The focus follows the arrows, also to rows that were not there a moment ago, and stays when its picture goes away.
  useLayoutEffect(() => {
    const lost = hadFocus.current && document.activeElement === document.body;
    const index = toFocus.current ?? (lost ? current : undefined);
    const cell = index === undefined ? null : wall.current?.querySelector<HTMLElement>(`[data-index="${index}"]`);
    if (!cell) return;
    toFocus.current = undefined;
    cell.focus({ preventScroll: true });
  });

  const moveTo = (index: number, range: boolean) => {
    toFocus.current = index;
    setCurrent(index);
    show(index);
    if (range) props.select(index, 'range');
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const modified = event.ctrlKey || event.metaKey;
    const next = event.altKey || modified ? undefined : step(event, layout, ratios, current);
    if (next !== undefined) moveTo(next, event.shiftKey);
    else if (modified && event.key === 'a') props.selectAll();
    else if (event.key === ' ') props.select(current, event.shiftKey ? 'range' : 'more');
    else if (event.key === 'Enter') props.open(current);
    else return;
    event.preventDefault();
  };

  const onClick = (event: MouseEvent) => {
    const index = indexOf(event);
    if (index === undefined) return;
    setCurrent(index);
    const tick = (event.target as Element).closest('[data-tick]');
    if (event.shiftKey) props.select(index, 'range');
    else if (tick || event.ctrlKey || event.metaKey || selected.size) props.select(index, 'more');
    else props.open(index);
  };

  const cellsIn = (row: Row) =>
    cellsOf(layout, row, ratios).map((cell, i) => {
      const index = row.first + i;
      const number = numbers[index]!;
      return (
        <Cell
          key={number}
          number={number}
          index={index}
          count={numbers.length}
          left={cell.left}
          top={row.top}
          width={cell.width}
          height={row.height}
          colour={colourOf(result, index)}
          chosen={selected.has(number)}
          current={index === current}
        />
      );
    });

  return (
    <div
      ref={wall}
      class={`wall${selected.size ? ' choosing' : ''}`}
      role="listbox"
      aria-label={props.name}
      aria-multiselectable="true"
      aria-busy={props.busy}
      style={{ height: `${layout.height}px` }}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onFocusIn={(event) => {
        hadFocus.current = true;
        const index = indexOf(event);
        if (index !== undefined && index !== current) setCurrent(index);
      }}
      onFocusOut={(event) => {
        if (event.relatedTarget) hadFocus.current = false;
      }}
    >
      {rows.flatMap(cellsIn)}
    </div>
  );
}
