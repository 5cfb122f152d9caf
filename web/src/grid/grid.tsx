// The wall of pictures: only what is in sight is in the page. One picture can be tabbed to; arrows go on from there.
import './grid.css';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Picture } from '../api';
import { cellsOf, layOut, neighbour, rowOf, rowsBetween, type Layout } from './layout';

const GAP = 6;
const OVERSCAN = 600; // pixels above and below that are there already

export interface GridProps {
  label: string;
  ratios: Float32Array;
  at: (index: number) => Picture | undefined; // undefined: not fetched yet
  seen: (first: number, end: number) => void; // these are in sight: fetch them
  rowHeight: number;
  busy: boolean; // another answer is on its way
  selected: ReadonlySet<string>;
  select: (index: number, how: 'one' | 'more' | 'range') => void;
  open: (index: number) => void;
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

/** What part of the wall the window shows, told at most once a frame. */
function useSight(ref: { current: HTMLElement | null }): [number, number] {
  const [sight, setSight] = useState<[number, number]>([0, 1200]);
  useEffect(() => {
    let frame = 0;
    const look = () => {
      frame = 0;
      const top = -(ref.current?.getBoundingClientRect().top ?? 0);
      setSight([top - OVERSCAN, top + window.innerHeight + OVERSCAN]);
    };
    const later = () => {
      frame ||= requestAnimationFrame(look);
    };
    look();
    window.addEventListener('scroll', later, { passive: true });
    window.addEventListener('resize', later);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('scroll', later);
      window.removeEventListener('resize', later);
    };
  }, [ref]);
  return sight;
}

function step(key: string, layout: Layout, ratios: Float32Array, from: number): number | undefined {
  const last = ratios.length - 1;
  switch (key) {
    case 'ArrowRight':
      return Math.min(last, from + 1);
    case 'ArrowLeft':
      return Math.max(0, from - 1);
    case 'ArrowDown':
      return neighbour(layout, ratios, from, true);
    case 'ArrowUp':
      return neighbour(layout, ratios, from, false);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}

function label(picture: Picture): string {
  return picture.alt || picture.title || picture.name;
}

export function Grid(props: GridProps) {
  const { ratios, rowHeight } = props;
  const wall = useRef<HTMLDivElement>(null);
  const width = useWidth(wall);
  const sight = useSight(wall);
  const [current, setCurrent] = useState(0);
  const moved = useRef(false);
  const layout = useMemo(() => layOut(ratios, Math.max(1, width), rowHeight, GAP), [ratios, width, rowHeight]);
  const [from, to] = rowsBetween(layout, sight[0], sight[1]);
  const rows = width > 0 ? layout.rows.slice(from, to) : [];
  const first = rows[0]?.first ?? 0;
  const end = rows.length ? rows[rows.length - 1]!.first + rows[rows.length - 1]!.count : 0;

  useEffect(() => {
    if (end > first) props.seen(first, end);
  }, [first, end, ratios]);

  // The focus follows the arrows, also to rows that were not there a moment ago.
  useEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    const cell = wall.current?.querySelector<HTMLElement>(`[data-index="${current}"]`);
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: 'nearest' });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const next = step(event.key, layout, ratios, current);
    if (next !== undefined) {
      event.preventDefault();
      moved.current = true;
      setCurrent(next);
      const row = layout.rows[rowOf(layout, next)]!;
      const top = (wall.current?.getBoundingClientRect().top ?? 0) + row.top;
      if (top < 0 || top + row.height > window.innerHeight) window.scrollBy({ top: top - window.innerHeight / 3 });
      if (event.shiftKey) props.select(next, 'range');
    } else if (event.key === ' ') {
      event.preventDefault();
      props.select(current, 'more');
    } else if (event.key === 'Enter') {
      props.open(current);
    }
  };

  const onClick = (event: MouseEvent, index: number) => {
    setCurrent(index);
    if (event.shiftKey) props.select(index, 'range');
    else if (event.ctrlKey || event.metaKey || props.selected.size) props.select(index, 'more');
    else props.open(index);
  };

  return (
    <div ref={wall} class="wall" role="listbox" aria-label={props.label} aria-multiselectable="true" aria-busy={props.busy} style={{ height: `${layout.height}px` }} onKeyDown={onKeyDown}>
      {rows.flatMap((row) =>
        cellsOf(layout, row, ratios).map((cell, i) => {
          const index = row.first + i;
          const picture = props.at(index);
          const chosen = picture ? props.selected.has(picture.id) : false;
          return (
            <div
              key={index}
              class={`cell${chosen ? ' chosen' : ''}${picture?.blurred ? ' veiled' : ''}`}
              role="option"
              aria-selected={chosen}
              aria-label={picture ? label(picture) : '…'}
              aria-posinset={index + 1}
              aria-setsize={ratios.length}
              tabIndex={index === current ? 0 : -1}
              data-index={index}
              style={{ transform: `translate(${cell.left}px, ${row.top}px)`, width: `${cell.width}px`, height: `${row.height}px` }}
              onClick={(event) => onClick(event, index)}
            >
              {picture && <img src={picture.links.thumbnail} alt="" decoding="async" draggable={false} />}
              {picture && <span class="name">{picture.title || picture.name}</span>}
            </div>
          );
        }),
      )}
    </div>
  );
}
