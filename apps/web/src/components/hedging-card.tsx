import type { HedgingStatus } from '../api/types.js';
import { useNow } from '../store/clock.js';
import { plural } from '../words/numbers.js';
import { duration } from '../words/times.js';
import { Ago } from './parts.js';

/** A round that ended longer ago leaves somebody out; operators are paged as well. */
const LATE_MS = 120_000;

/** How lately hedges and guarded accounts at venues were looked after; nothing where there are none. */
export function HedgingCard({ hedging: { plans, guarded, accounts, roundAt, oldestReadingAt, measuredAt }, name }: { hedging: HedgingStatus; name: string }) {
  const now = useNow();
  const lookedAfter = plans + guarded;
  if (lookedAfter + accounts === 0) return null;
  const isLate = lookedAfter > 0 && (roundAt === null || now - Date.parse(roundAt) > LATE_MS);
  return (
    <section className="card stack tight" style={{ marginTop: 16 }}>
      <h2>{lookedAfter === 0 ? `Nothing is hedged or guarded for loans on ${name}` : `${plural(plans, 'hedge', 'hedges')} in force and ${plural(guarded, 'account', 'accounts')} guarded for loans on ${name}`}</h2>
      {isLate && <p className="problem-text" role="alert">{roundAt === null ? 'Not all of them were looked after yet.' : `Not all of them were looked after in the last ${duration(now - Date.parse(roundAt))}. Whoever was left out was told.`}</p>}
      <p className="text2">
        {lookedAfter > 0 && !isLate && roundAt !== null && <>All of them were looked after <Ago at={roundAt} />. </>}
        {plural(accounts, 'account at a venue is', 'accounts at venues are')} watched{oldestReadingAt === null ? '' : <>, the longest ago <Ago at={oldestReadingAt} /></>}. Counted <Ago at={measuredAt} />.
      </p>
    </section>
  );
}
