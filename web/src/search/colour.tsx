// Pictures of a colour: one of a small palette, or any.
import './search.css';
import { Pipette } from 'lucide';
import { Icon } from '../ui/icon';
import { nameOf } from './names';
import { ask, question } from './question';
import { say } from './words';

const palette = [
  ['#d6302b', 'red'],
  ['#f08a24', 'orange'],
  ['#f3d13c', 'yellow'],
  ['#4c9a3f', 'green'],
  ['#2aa7a3', 'turquoise'],
  ['#2f6fd0', 'blue'],
  ['#7b4bb3', 'purple'],
  ['#ea7fb0', 'pink'],
  ['#7d5233', 'brown'],
  ['#f7f7f5', 'white'],
  ['#8c8c8c', 'grey'],
  ['#151515', 'black'],
] as const;

export function Palette() {
  const { colour } = question.value;
  const isOwn = colour !== '' && !palette.some(([hex]) => hex === colour);
  return (
    <div class="palette">
      {palette.map(([hex, name]) => {
        const label = nameOf(`tag:"colour/${name}"`);
        const on = colour === hex;
        return (
          <button key={hex} class={on ? 'dot on' : 'dot'} style={{ backgroundColor: hex }} aria-pressed={on} aria-label={label} title={label} onClick={() => ask({ colour: on ? '' : hex })} />
        );
      })}
      <label class={isOwn ? 'dot any on' : 'dot any'} title={say('anyColour')} style={isOwn ? { backgroundColor: colour } : {}}>
        <span class="hidden">{say('anyColour')}</span>
        {!isOwn && <Icon of={Pipette} size={14} />}
        <input type="color" value={isOwn ? colour : '#808080'} onChange={(event) => ask({ colour: event.currentTarget.value })} />
      </label>
    </div>
  );
}
