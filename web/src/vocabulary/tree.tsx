// A tree that is fetched level by level as it is opened. Each branch is a button that opens and a link that shows.
import { useState } from 'preact/hooks';
import { ChevronDown, ChevronRight } from 'lucide';
import { t } from '../i18n/common';
import { useAnswer } from '../ui/answer';
import { Icon } from '../ui/icon';
import { Trouble } from '../ui/notice';
import { say } from './words';

export interface Node {
  id: string;
  label: string;
  narrower: number;
  note: string; // beside the label; may be empty
}

export interface Level {
  nodes: Node[];
  next: string | null;
}

interface TreeProps<Page> {
  path: string; // of the list's route
  query: Record<string, string>;
  levelOf: (page: Page) => Level;
  addressOf: (id: string) => string;
  current: string;
}

function Branch<Page>({ node, tree }: { node: Node; tree: TreeProps<Page> }) {
  const [open, setOpen] = useState(false);
  return (
    <li>
      <span class="node">
        {node.narrower > 0 ? (
          <button class="plain" aria-expanded={open} aria-label={say(open ? 'closeBranch' : 'openBranch', { name: node.label })} onClick={() => setOpen(!open)}>
            <Icon of={open ? ChevronDown : ChevronRight} size={16} />
          </button>
        ) : (
          <span class="leaf" />
        )}
        <a href={tree.addressOf(node.id)} aria-current={node.id === tree.current ? 'true' : undefined}>
          {node.label}
        </a>
        {node.narrower > 0 && <span class="count">{node.narrower}</span>} {node.note && <span class="quiet">{node.note}</span>}
      </span>
      {open && <Branches {...tree} query={{ ...tree.query, under: node.id }} />}
    </li>
  );
}

function Part<Page>(tree: TreeProps<Page> & { cursor: string }) {
  const { value, trouble, again } = useAnswer<Page>(tree.path, { ...tree.query, cursor: tree.cursor, limit: 200 });
  const [more, setMore] = useState(false);
  if (trouble !== undefined) return <Trouble reason={trouble} again={again} />;
  if (!value) return <li class="quiet">{t('loading')}</li>;
  const level = tree.levelOf(value);
  return (
    <>
      {level.nodes.map((node) => (
        <Branch key={node.id} node={node} tree={tree} />
      ))}
      {level.next && !more && (
        <li>
          <button class="plain" onClick={() => setMore(true)}>
            {t('more')}
          </button>
        </li>
      )}
      {level.next && more && <Part {...tree} cursor={level.next} />}
    </>
  );
}

export function Branches<Page>(tree: TreeProps<Page>) {
  return (
    <ul class="branches">
      <Part key={JSON.stringify([tree.path, tree.query])} {...tree} cursor="" />
    </ul>
  );
}
