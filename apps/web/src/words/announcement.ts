import type { Position } from '../api/types.js';
import { coinOf, venueOf } from './distance.js';
import { percentDown } from './numbers.js';
import { protectionMark, riskMark } from './states.js';

/** What to read aloud when positions changed their state; null when only their numbers did. The gravest change speaks. */
export function announcementOf(before: readonly Position[], after: readonly Position[]): string | null {
  const known = new Map(before.map((position) => [position.id, position]));
  const changed = after.filter((position) => {
    const old = known.get(position.id);
    return old !== undefined && (old.state !== position.state || old.protection.state !== position.protection.state);
  });
  const gravest = changed.find((position) => position.protection.state === 'not-protected') ?? changed.find((position) => position.protection.state === 'acting') ?? changed[0];
  if (!gravest) return null;
  const loan = `${venueOf(gravest.protocol).name} loan ${gravest.pair}`;
  const old = known.get(gravest.id);
  if (old?.protection.state !== gravest.protection.state) return `${loan}: ${protectionMark(gravest.protection.state).word}. ${gravest.protection.sentence}`;
  const away = gravest.distancePercent === null ? '' : `, ${percentDown(gravest.distancePercent)} of ${coinOf(gravest)} from liquidation`;
  return `${loan} is now: ${riskMark(gravest.state).word}${away}`;
}
