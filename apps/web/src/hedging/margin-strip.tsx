import type { VenueAccount } from '../api/types.js';
import { Hatch, NowShape, Pin } from '../components/distance-strip.js';
import { marginTone } from '../words/hedging.js';
import type { Shape } from '../words/states.js';

const at = (left: number): { left: string } => ({ left: `${Math.min(100, Math.max(0, left)).toFixed(2)}%` });
const SHAPES: Record<string, Shape> = { safe: 'circle', watch: 'diamond', danger: 'triangle', blind: 'dashed' };

/** How much of an account's margin is left, drawn as a loan's distance is: liquidation left, the pin where Ballast acts, the shape is now. */
export function MarginStrip({ account }: { account: VenueAccount }) {
  const { marginUsePercent, protection, sentence } = account;
  if (marginUsePercent === null || account.positions.length === 0) return null;
  const tone = marginTone(account);
  const free = 100 - Number(marginUsePercent);
  const acts = protection.actsAtUsePercent === null || protection.state === 'off' ? null : 100 - Number(protection.actsAtUsePercent);
  return (
    <div className="strip" role="img" aria-label={`${sentence} ${Math.ceil(Number(marginUsePercent))}% of its margin is used.${acts === null ? '' : ` Ballast acts at ${protection.actsAtUsePercent}%.`}`}>
      <Hatch />
      <span className="strip-track" />
      {[25, 50, 75].map((tick) => <span key={tick} className="strip-tick" style={at(tick)} />)}
      <span className={`strip-fill tone-${tone}`} style={{ width: at(free).left }} />
      <span className="strip-end" />
      {acts !== null && <Pin share={Math.min(1, Math.max(0, acts / 100))} hollow={account.state !== 'read' || protection.state === 'cannot'} />}
      <svg className={`strip-now tone-${tone}`} style={at(free)} width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true"><NowShape shape={SHAPES[tone] ?? 'circle'} /></svg>
    </div>
  );
}
