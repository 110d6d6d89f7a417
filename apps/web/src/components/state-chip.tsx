import type { Mark } from '../words/states.js';
import { ShapeIcon } from './icons.js';

/** A state as shape, word and colour. `word` replaces the mark's own when more is known, such as "Acting, 6 s". */
export function StateChip({ mark, word }: { mark: Mark; word?: string }) {
  return (
    <span className={`chip ${mark.tone}`}>
      <ShapeIcon shape={mark.shape} />
      {word ?? mark.word}
    </span>
  );
}

/** The first letters of a protocol's name. */
export function Monogram({ protocol, large = false }: { protocol: string; large?: boolean }) {
  return (
    <span className={`monogram${large ? ' large' : ''}`} aria-hidden="true">
      {protocol.slice(0, 1).toUpperCase() + protocol.slice(1, 2)}
    </span>
  );
}
