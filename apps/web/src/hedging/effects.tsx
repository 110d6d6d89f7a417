import type { Effects } from '../words/hedge-effects.js';

/** What a limit gives and what it costs, both at once, under its field. */
export function EffectsOf({ effects }: { effects: Effects | null }) {
  return (
    <ul className="effects small" aria-live="polite">
      <li><span className="tone-safe" aria-hidden="true">+</span><span><span className="sr">Gives: </span>{effects?.gives ?? 'Enter a number to see what it does.'}</span></li>
      <li><span className="tone-watch" aria-hidden="true">−</span><span><span className="sr">Costs: </span>{effects?.costs ?? ''}</span></li>
    </ul>
  );
}
