import type { Hedge, Position, UnderlyingExposure } from '../api/types.js';
import { Ago, Pairs } from '../components/parts.js';
import { StateChip } from '../components/state-chip.js';
import { Link, paths } from '../router.js';
import { corridorOf } from '../words/corridor.js';
import { nextRehedge } from '../words/exposure.js';
import { hedgeMark, legSize, liquidationInWords, modeInWords, venuesOf } from '../words/hedging.js';
import { cents, compare, dollars, negate, signedCents, sum, times } from '../words/numbers.js';
import { date } from '../words/times.js';
import { Corridor } from './corridor.js';
import { PaperBadge } from './environment.js';

/** One hedge: how it stands, what it holds, what liquidates it, what it cost. */
export function HedgeCard({ hedge, exposure, positions, address }: { hedge: Hedge; exposure: UnderlyingExposure; positions: readonly Position[]; address: string }) {
  const { underlying, legs } = hedge;
  const several = legs.length > 1;
  const results = legs.map(({ resultUsd }) => resultUsd).filter((result): result is string => result !== null);
  const result = results.length === legs.length && legs.length > 0 ? sum(results) : null;
  const next = nextRehedge(hedge);
  const { down, up } = corridorOf(exposure, hedge, positions);
  const isTroubled = hedge.state === 'cannot';
  return (
    <section className={`card stack hedge-card${isTroubled ? ' is-danger' : ''}`} style={{ gap: 12 }}>
      <div className="card-head">
        <h2>{legs.length === 0 ? `Hedge of ${underlying}` : `Hedge on ${venuesOf(legs)}`}</h2>
        <span className="row"><PaperBadge environment={hedge.environment} /><StateChip mark={hedgeMark(hedge.state)} /></span>
      </div>
      {hedge.state !== 'in-band' && <p className={isTroubled ? 'problem-text' : 'text2'} role={isTroubled ? 'alert' : undefined}>{hedge.sentence}</p>}
      <Corridor underlying={underlying} price={dollars(exposure.priceUsd)} down={down} up={up} />
      {legs.map((leg) => (
        <div key={`${leg.account} ${leg.instrument}`}>
          {several && <h3><Link to={paths.venueAccount(address, leg.account)}>{leg.venueName}</Link> <span className="text3">{leg.instrument}</span></h3>}
          <Pairs
            rows={[
              [leg.side === 'long' ? 'Long' : leg.side === 'short' ? 'Short' : 'Holds', leg.side === 'flat' ? 'nothing yet' : `${legSize(leg, underlying)}${leg.entryUsd === null ? '' : ` at ${cents(leg.entryUsd)}`}`],
              ...(leg.side === 'flat' ? [] : [
                ['Its own liquidation', liquidationInWords(leg)] as const,
                ['Margin ratio', leg.marginRatio === null ? 'Not known' : `${times(leg.marginRatio)} what it needs`] as const,
              ]),
              ...(several ? [['Result so far', signedCents(leg.resultUsd)] as const] : []),
              ...(leg.freshness === 'fresh' ? [] : [['Seen', leg.freshness === 'stale' ? 'These figures are old' : 'Not known now'] as const]),
            ]}
          />
        </div>
      ))}
      {hedge.health !== null && <p className="small text2 hedge-note">{hedge.health}</p>}
      <Pairs
        rows={[
          ...(legs.length === 0 ? [] : [[several ? 'Result of all legs' : 'Result so far', <span key="result" className={result !== null && compare(result, '0') > 0 ? 'tone-safe' : undefined}>{signedCents(result)}</span>] as const]),
          ['Funding and fees so far', hedge.costs === null ? 'Not known now' : signedCents(negate(hedge.costs.totalUsd))],
          ...(next === null ? [] : [['Next re-hedge', next.near, `or ${next.far}`] as const]),
        ]}
      />
      {hedge.costs !== null && <Budget costs={hedge.costs} />}
      <p className="small text3">{modeInWords(hedge.request.mode, underlying)}{hedge.decidedAt !== null && <> Looked at <Ago at={hedge.decidedAt} />.</>} <Link to={paths.hedgeActivity(address)}>Its decisions</Link></p>
    </section>
  );
}

/** What of the month's budget is used. */
function Budget({ costs }: { costs: NonNullable<Hedge['costs']> }) {
  const used = Math.min(100, Math.max(0, Number(costs.budgetUsedPercent)));
  const tone = used >= 100 ? 'danger' : used >= 70 ? 'watch' : 'plain';
  return (
    <div className="budget">
      <div className="meter" role="img" aria-label={`${Math.ceil(used)}% of the month’s budget is used`}><span className={`tone-${tone}`} style={{ width: `${used.toFixed(1)}%` }} /></div>
      <p className="small text2">
        {Math.ceil(used)}% of this month’s {dollars(costs.budgetUsd, 'down')}: fees {cents(costs.feesUsd, 'up')}, funding {compare(costs.fundingUsd, '0') < 0 ? `earned ${cents(negate(costs.fundingUsd), 'down')}` : cents(costs.fundingUsd, 'up')} since {date(costs.since)}.
        {used >= 100 && ' It is used up: the hedge grows no more.'}
      </p>
    </div>
  );
}
