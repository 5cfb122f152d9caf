// Values over time as bars; the figures themselves are in a table for who does not see them.
import { number } from '../i18n';

export interface Bar {
  name: string;
  value: number;
}

const HEIGHT = 160;

/** A round number at or above the highest: 1, 2 or 5 with noughts. */
export function ceilingOf(highest: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, highest)));
  return ([1, 2, 5, 10].find((step) => step * power >= highest) ?? 10) * power;
}

export function Bars({ label, of }: { label: string; of: readonly Bar[] }) {
  const ceiling = ceilingOf(Math.max(...of.map((bar) => bar.value)));
  return (
    <figure class="bars">
      <figcaption>{label}</figcaption>
      <svg viewBox={`0 0 ${of.length} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {of.map((bar, i) => {
          const height = (bar.value / ceiling) * HEIGHT;
          return (
            <rect x={i + 0.1} y={HEIGHT - height} width="0.8" height={height}>
              <title>{`${bar.name}: ${number(bar.value)}`}</title>
            </rect>
          );
        })}
      </svg>
      <div class="ends" aria-hidden="true">
        <span>{of[0]?.name}</span>
        <span>{number(ceiling)} ↑</span>
        <span>{of.at(-1)?.name}</span>
      </div>
      <table class="hidden">
        <caption>{label}</caption>
        {of.map((bar) => (
          <tr>
            <th scope="row">{bar.name}</th>
            <td>{number(bar.value)}</td>
          </tr>
        ))}
      </table>
    </figure>
  );
}
