// What the box understands, by examples that can be taken over.
import { CircleHelp } from 'lucide';
import { Popover } from './popover';
import { say } from './words';

const examples = [
  ['dog beach', 'helpBoth'],
  ['dog OR cat', 'helpOr'],
  ['-people', 'helpNot'],
  ['tag:"golden retriever"', 'helpTag'],
  ['place:paris', 'helpPlace'],
  ['taken:2023..2024', 'helpTaken'],
  ['confidence>=0.8', 'helpSure'],
  ['is:portrait', 'helpShape'],
  ['count(dog)>=2', 'helpCount'],
  ['camera:canon', 'helpCamera'],
  ['needs:review', 'helpReview'],
] as const;

export function Help({ insert }: { insert: (example: string) => void }) {
  return (
    <Popover name={say('help')} icon={CircleHelp}>
      {(close) => (
        <>
          <p>{say('helpWords')}</p>
          <table class="help">
            <tbody>
              {examples.map(([example, meaning]) => (
                <tr>
                  <td>
                    <button
                      type="button"
                      class="plain"
                      onClick={() => {
                        close();
                        insert(example);
                      }}
                    >
                      <code>{example}</code>
                    </button>
                  </td>
                  <td>{say(meaning)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </Popover>
  );
}
