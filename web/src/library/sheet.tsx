// The contact sheet: chosen pictures, or the first that were found, on paper with their names.
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Cell } from '../api';
import { question } from '../search/question';
import { cellsOf } from './cells';
import { selected } from './selection';
import { result } from './state';
import { say } from './words';

const MOST = 400; // pictures

const sheet = signal<Cell[]>([]);

export async function printSheet(): Promise<void> {
  const all = [...result.value.numbers];
  const wish = selected.value.size ? all.filter((number) => selected.value.has(number)) : all;
  sheet.value = await cellsOf(wish.slice(0, MOST));
}

export function Sheet() {
  const paper = useRef<HTMLElement>(null);
  const cells = sheet.value;
  useEffect(() => {
    if (!cells.length) return;
    let isHere = true;
    const pictures = [...(paper.current?.querySelectorAll('img') ?? [])];
    void Promise.all(pictures.map((img) => img.decode().catch(() => undefined))).then(() => {
      if (!isHere) return;
      window.print();
      sheet.value = [];
    });
    return () => {
      isHere = false;
    };
  }, [cells]);
  if (!cells.length) return null;
  return (
    <>
      <p class="sheet-wait" role="status">
        {say('printing', { n: cells.length })}
      </p>
      <section class="sheet" ref={paper} aria-label={say('print')}>
        <h2>{question.value.text || say('found', { n: cells.length })}</h2>
        {cells.map((cell) => (
          <figure class={cell.blurred ? 'veiled' : ''} key={cell.number}>
            <img src={cell.thumbnail} alt={cell.alt} />
            <figcaption>{cell.title || cell.name}</figcaption>
          </figure>
        ))}
      </section>
    </>
  );
}
