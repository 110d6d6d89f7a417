import type { HedgeDecision, VenueOrder } from '../api/types.js';
import { Icon } from '../components/icons.js';
import { StateChip } from '../components/state-chip.js';
import { hedgeDecisionMark, orderInWords, orderStateInWords } from '../words/hedging.js';
import { amount, cents, dollars, signed, size } from '../words/numbers.js';
import { clockTenths, dateSeconds, dateTime } from '../words/times.js';
import { PaperBadge } from './environment.js';

/** What a decision was about and came to, as its title. */
export function hedgeDecisionTitle({ kind, about, orders, moves }: HedgeDecision): string {
  const what = about.kind === 'hedge' ? `${about.underlying} hedge` : 'derivative account';
  if (kind === 'hold') return `Left the ${what} as it is`;
  if (kind === 'cannot') return `Could not act on the ${what}`;
  const first = orders[0];
  if (first) return `${orderInWords(first)}${orders.length > 1 ? ` and ${orders.length - 1} more` : ''}`;
  const move = moves[0];
  return move ? `Add ${amount(move.amount, move.currency)} of margin` : `Acting on the ${what}`;
}

/** One decision about a hedge or a derivative account: why, what was weighed, which orders came of it and how each went. */
export function HedgeDecisionRecord({ decision, plain = false }: { decision: HedgeDecision; plain?: boolean }) {
  const card = plain ? '' : 'card';
  const { candidates, orders, moves } = decision;
  return (
    <div className="stack">
      <section className={card}>
        <div className="record-head"><StateChip mark={hedgeDecisionMark(decision)} /><PaperBadge environment={decision.environment} />{!plain && <h2>{hedgeDecisionTitle(decision)}</h2>}</div>
        {!plain && <p>{decision.sentence}</p>}
        <p className="facts"><span>{dateSeconds(decision.at)} UTC</span>{decision.times > 1 && <span>{decision.times} times alike, last {dateTime(decision.lastAt)} UTC</span>}<span>Reason <span className="mono">{decision.reason}</span></span></p>
      </section>
      {candidates.length > 0 && (
        <section className={plain ? '' : 'card flush'}>
          <h2 style={plain ? { paddingBottom: 6 } : { padding: '14px 18px 6px' }}>What was weighed</h2>
          <table className="table">
            <thead><tr><th>Action</th><th className="end">Size</th><th className="end">Cost</th><th className="wide">Why</th></tr></thead>
            <tbody>
              {candidates.map((candidate, index) => (
                <tr key={index} className={candidate.verdict === 'chosen' ? 'chosen' : undefined}>
                  <td className={candidate.verdict === 'chosen' ? 'strong tone-safe' : undefined}>
                    {candidate.verdict === 'chosen' && <><span className="sr">Chosen: </span><span className="in-line"><Icon name="check" size={14} /></span></>}{candidate.action}
                    <span className="small text2 block">{candidate.where}</span>
                    <span className="small text2 narrow-only">{candidate.why}</span>
                  </td>
                  <td className="end nowrap">{candidate.coins === null ? '—' : signed(candidate.coins)}</td>
                  <td className="end nowrap">{candidate.costUsd === null ? '—' : cents(candidate.costUsd, 'up')}</td>
                  <td className="small text2 wide">{candidate.why}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {orders.map((order) => <OrderCard key={order.id} order={order} card={card} />)}
      {moves.length > 0 && (
        <section className={card}>
          <h2>Margin moved</h2>
          <ul className="tx-list">{moves.map((move, index) => <li key={index}><span>{amount(move.amount, move.currency)} into {move.instrument}</span><span className="text2">{move.state.toLowerCase()} · {dateTime(move.at)}</span></li>)}</ul>
        </section>
      )}
    </div>
  );
}

const isFailure = (state: string): boolean => state === 'REJECTED' || state === 'DROPPED' || state === 'UNKNOWN';

/** One order and its steps, each with its time. */
function OrderCard({ order, card }: { order: VenueOrder; card: string }) {
  const share = Number(order.contracts) === 0 ? 0 : Math.min(1, Number(order.filled) / Number(order.contracts));
  return (
    <section className={card}>
      <div className="card-head"><h2>{orderInWords(order)}</h2><span className="small text2">{orderStateInWords(order.state)}</span></div>
      <div className="meter" style={{ marginTop: 10 }} role="img" aria-label={`${size(order.filled)} of ${size(order.contracts)} filled`}><span className="tone-act" style={{ width: `${(share * 100).toFixed(1)}%` }} /></div>
      <p className="facts" style={{ borderTop: 0, paddingTop: 0, marginTop: 6 }}>
        <span>{size(order.filled)} of {size(order.contracts)} filled</span><span>worth {dollars(order.notionalUsd, 'up')}</span>
        {order.capUsd !== null && <span>{order.side === 'sell' ? 'no lower than' : 'no higher than'} {cents(order.capUsd, order.side === 'sell' ? 'down' : 'up')}</span>}{order.reduceOnly && <span>only makes it smaller</span>}
      </p>
      <ol className="order-steps">
        {order.steps.map((step) => <li key={step.seq} className={isFailure(step.to) ? 'failed' : undefined}><time className="num text3" dateTime={step.at}>{clockTenths(step.at)}</time><span><b className="strong">{step.to.toLowerCase()}</b> <span className="text2">{step.event}</span></span></li>)}
      </ol>
      {order.why !== null && <p className={isFailure(order.state) ? 'problem-text' : 'text2'} style={{ marginTop: 8 }}>{order.why}</p>}
    </section>
  );
}
