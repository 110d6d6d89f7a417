import type { Position } from '../api/types.js';
import { STRIP_TICKS, movesWhereBallastActs, placeOnStrip } from '../words/distance.js';
import { riskMark, type Shape, type Tone } from '../words/states.js';
import { moves } from '../words/numbers.js';

const at = (share: number): { left: string } => ({ left: `${(share * 100).toFixed(2)}%` });

/** Our mark: how far a loan is from liquidation, on one scale for all. Liquidation left, the pin where Ballast acts, the shape is now. */
export function DistanceStrip({ position, blind = false }: { position: Position; blind?: boolean }) {
  const mark = riskMark(position.state);
  const tone: Tone = blind ? 'blind' : mark.tone;
  const now = position.state === 'liquidatable' ? 0 : position.dailyMoves;
  const acts = movesWhereBallastActs(position);
  const spoken = now === null ? position.sentence : `${position.sentence} ${moves(now)} typical daily moves away.${acts === null ? '' : ` Ballast acts at ${moves(acts)}.`}`;
  return (
    <div className="strip" role="img" aria-label={spoken}>
      <Hatch />
      <span className="strip-track" />
      {STRIP_TICKS.slice(1, -1).map((tick) => <span key={tick} className="strip-tick" style={at(placeOnStrip(tick))} />)}
      {now !== null && <span className={`strip-fill tone-${tone}`} style={{ width: `${(placeOnStrip(now) * 100).toFixed(2)}%` }} />}
      <span className="strip-end" />
      {acts !== null && <Pin share={placeOnStrip(acts)} hollow={blind} />}
      {now !== null && (
        <svg className={`strip-now tone-${tone}`} style={at(placeOnStrip(now))} width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true">
          <NowShape shape={blind ? 'dashed' : mark.shape} />
        </svg>
      )}
    </div>
  );
}

export function NowShape({ shape }: { shape: Shape }) {
  if (shape === 'triangle') return <path d="M0-6 6.5 5.5h-13Z" fill="currentColor" />;
  if (shape === 'diamond') return <path d="M0-6.3 6.3 0 0 6.3-6.3 0Z" fill="currentColor" />;
  if (shape === 'dashed') return <circle r="4.8" fill="var(--surface)" style={{ stroke: 'currentColor', strokeDasharray: '2 2' }} />;
  return <circle r="5.3" fill="currentColor" />;
}

export function Pin({ share, hollow }: { share: number; hollow: boolean }) {
  return (
    <svg className="strip-pin" style={at(share)} viewBox="0 0 11 20" aria-hidden="true">
      <path d="M1 .8h9L5.5 5.8Z" fill={hollow ? 'var(--surface)' : 'currentColor'} stroke="currentColor" />
      <path d="M5.5 5v15" stroke="currentColor" strokeWidth="2" strokeDasharray={hollow ? '2 2' : undefined} />
    </svg>
  );
}

export function Hatch() {
  return (
    <svg className="strip-hatch" viewBox="0 0 8 16" aria-hidden="true">
      <path d="M0 5 5 0M0 10 8 2M0 15 8 7M3 16 8 11" stroke="currentColor" strokeWidth="1" opacity=".8" />
    </svg>
  );
}

/** The numbers over the strips. */
export function StripScale() {
  return (
    <span className="scale" aria-hidden="true">
      {STRIP_TICKS.map((tick) => <span key={tick} style={at(placeOnStrip(tick))}>{tick}</span>)}
    </span>
  );
}
