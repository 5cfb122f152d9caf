// Many pictures, one question: what is marked is right, the rest is wrong, and Enter says so.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Check, CircleHelp, SkipForward } from 'lucide';
import { Icon } from '../ui/icon';
import { useKeys } from './keys';
import { Tile } from './sight';
import { answerGrid, grid, isSeen, isVeiled, undo, unveil, type Answer, type Question } from './state';
import { say } from './words';

type Marks = ReadonlyMap<string, Answer>;

/** What nobody marked is not it; what nobody has seen is for later. */
function answerOf(question: Question, marks: Marks): Answer {
  return marks.get(question.picture.id) ?? (isVeiled(question) ? 'skip' : 'no');
}

function columnsOf(element: HTMLElement): number {
  return getComputedStyle(element).gridTemplateColumns.split(' ').length;
}

function Badge({ said }: { said: Answer }) {
  if (said === 'no') return null;
  return (
    <span class={`badge ${said}`}>
      <Icon of={said === 'yes' ? Check : said === 'unsure' ? CircleHelp : SkipForward} size={18} />
    </span>
  );
}

export function Many() {
  const shown = grid.value;
  const [marks, setMarks] = useState<Marks>(new Map());
  const [current, setCurrent] = useState(0);
  const [sending, setSending] = useState(false);
  const wall = useRef<HTMLDivElement>(null);
  const first = shown[0];
  useEffect(() => {
    setMarks(new Map());
    setCurrent(0);
    window.scrollTo({ top: 0 });
    wall.current?.querySelector('button')?.focus({ preventScroll: true });
  }, [shown]);

  const mark = (index: number, said: Answer) => {
    const id = shown[index]?.picture.id;
    if (!id) return;
    const changed = new Map(marks);
    if (said === 'no' || changed.get(id) === said) changed.delete(id);
    else changed.set(id, said);
    setMarks(changed);
  };
  const press = (index: number) => {
    setCurrent(index);
    const question = shown[index];
    if (question && isVeiled(question)) unveil(question.picture.id);
    else mark(index, 'yes');
  };
  const step = (by: number) => {
    const to = Math.min(shown.length - 1, Math.max(0, current + by));
    setCurrent(to);
    wall.current?.querySelectorAll('button')[to]?.focus();
  };
  const rows = (by: number) => step(by * (wall.current ? columnsOf(wall.current) : 1));
  const all = () => setMarks(marks.size ? new Map() : new Map(shown.filter((q) => !isVeiled(q)).map((q) => [q.picture.id, 'yes'])));
  const send = () => {
    if (sending || !shown.length) return;
    setSending(true);
    void answerGrid(shown.map((question) => answerOf(question, marks))).finally(() => setSending(false));
  };
  useKeys({
    ' ': () => press(current),
    Enter: send,
    y: () => mark(current, 'yes'),
    n: () => mark(current, 'no'),
    u: () => mark(current, 'unsure'),
    s: () => mark(current, 'skip'),
    a: all,
    z: undo,
    v: () => shown[current] && unveil(shown[current].picture.id),
    ArrowRight: () => step(1),
    ArrowLeft: () => step(-1),
    ArrowDown: () => rows(1),
    ArrowUp: () => rows(-1),
  });
  if (!first) return null;
  const answers = shown.map((question) => answerOf(question, marks));
  const number = (said: Answer) => answers.filter((answer) => answer === said).length;
  return (
    <section class="many" aria-labelledby="question">
      <h1 id="question" aria-live="polite">
        {say(isSeen(first.tag) ? 'whichShow' : 'whichRight', { tag: first.tag.label })}
      </h1>
      <p class="hint">{say('markThem')}</p>
      <div class="tiles" ref={wall}>
        {shown.map((question, i) => {
          const said = answers[i]!;
          return (
            <button
              key={question.picture.id}
              class={`tile ${said}`}
              aria-pressed={said === 'yes'}
              aria-label={`${i + 1}: ${isVeiled(question) ? say('sensitiveShort') : question.picture.alt || question.picture.title || question.picture.name} (${say(said)})`}
              tabIndex={i === current ? 0 : -1}
              onFocus={() => setCurrent(i)}
              onClick={() => press(i)}
            >
              <Tile of={question} />
              {isVeiled(question) && <span class="cover">{say('sensitiveShort')}</span>}
              <Badge said={said} />
              <span class="sure" data-sure={Math.round(question.tag.confidence * 100)} />
            </button>
          );
        })}
      </div>
      <div class="sending">
        <button onClick={all}>
          {say(marks.size ? 'markNone' : 'markAll')} <kbd>A</kbd>
        </button>
        <button class="main" onClick={send} disabled={sending}>
          {say('send')}: {say('sum', { yes: number('yes'), no: number('no') })}
          {number('unsure') > 0 && `, ${say('sumUnsure', { n: number('unsure') })}`}
          {number('skip') > 0 && `, ${say('sumSkip', { n: number('skip') })}`} <kbd>↵</kbd>
        </button>
      </div>
    </section>
  );
}
