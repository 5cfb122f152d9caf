// One picture, one question: a key, a button or a swipe answers it, and the next is there already.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Check, CircleHelp, SkipForward, X } from 'lucide';
import type { Tag } from '../api';
import { facetName } from '../i18n/facets';
import { Icon } from '../ui/icon';
import { useKeys } from './keys';
import { Sight } from './sight';
import { answerOne, at, isSeen, isVeiled, past, questions, unveil, undo, type Answer, type Question } from './state';
import { say } from './words';

const choices = [
  ['yes', Check, 'Y'],
  ['no', X, 'N'],
  ['unsure', CircleHelp, 'U'],
  ['skip', SkipForward, 'S'],
] as const;

const FAR = 90; // pixels that a swipe has to go

/** Right is yes, left is no, as on every phone. */
function useSwipe(answer: (answer: Answer) => void) {
  const from = useRef<{ x: number; y: number } | undefined>(undefined);
  const [by, setBy] = useState(0);
  const end = () => {
    if (by > FAR) answer('yes');
    else if (by < -FAR) answer('no');
    from.current = undefined;
    setBy(0);
  };
  return {
    by,
    handlers: {
      onPointerDown: (event: PointerEvent) => {
        if (event.pointerType !== 'mouse') from.current = { x: event.clientX, y: event.clientY };
      },
      onPointerMove: (event: PointerEvent) => {
        if (from.current) setBy(event.clientX - from.current.x);
      },
      onPointerUp: end,
      onPointerCancel: () => {
        from.current = undefined;
        setBy(0);
      },
    },
  };
}

function answered(tag: Tag, picture: string): Answer | undefined {
  for (const step of past.value) {
    const i = step.questions.findIndex((question) => question.picture.id === picture && question.tag.key === tag.key);
    if (i >= 0) return step.answers[i];
  }
  return undefined;
}

/** The questions about this picture, with what was said. */
function Others({ of }: { of: Question }) {
  const all = questions.value.filter((question) => question.picture.id === of.picture.id);
  if (all.length < 2) return null;
  return (
    <ol class="asked" aria-label={say('aboutThis')}>
      {all.map(({ tag }) => {
        const said = tag.key === of.tag.key ? undefined : answered(tag, of.picture.id);
        return (
          <li aria-current={tag.key === of.tag.key ? 'step' : undefined} class={said ?? ''}>
            <span>{tag.label}</span> {said && <span class="said">{say(said)}</span>}
          </li>
        );
      })}
    </ol>
  );
}

export function One() {
  const question = questions.value[at.value];
  const answer = (said: Answer) => {
    if (question && !(isVeiled(question) && (said === 'yes' || said === 'no'))) answerOne(said);
  };
  const { by, handlers } = useSwipe(answer);
  useKeys({
    y: () => answer('yes'),
    n: () => answer('no'),
    u: () => answer('unsure'),
    s: () => answer('skip'),
    ArrowRight: () => answer('yes'),
    ArrowLeft: () => answer('no'),
    z: undo,
    v: () => question && unveil(question.picture.id),
  });
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  if (!question) return null;
  const { tag } = question;
  const veiled = isVeiled(question);
  return (
    <section class="one" aria-labelledby="question">
      <div class="stage" {...handlers} style={by ? { transform: `translateX(${by}px) rotate(${by / 40}deg)` } : {}} data-leaning={by > FAR ? 'yes' : by < -FAR ? 'no' : undefined}>
        <Sight key={question.picture.id} of={question} />
      </div>
      <div class="asking">
        <p class="facet-name">{facetName(tag.facet)}</p>
        <h1 id="question" ref={heading} tabIndex={-1} aria-live="polite">
          {say(isSeen(tag) ? 'isThere' : 'isRight', { tag: tag.label })}
        </h1>
        <p class="hint">{say('machineSays', { n: Math.round(tag.confidence * 100) })}</p>
        <div class="choices">
          {choices.map(([said, icon, key]) => (
            <button class={`choice-${said}`} disabled={veiled && (said === 'yes' || said === 'no')} onClick={() => answer(said)}>
              <Icon of={icon} size={22} /> <span>{say(said)}</span> <kbd>{key}</kbd>
            </button>
          ))}
        </div>
        <Others of={question} />
      </div>
    </section>
  );
}
