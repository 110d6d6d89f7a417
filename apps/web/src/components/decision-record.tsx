import type { Candidate, Decision } from '../api/types.js';
import { amount, cents, cost, health, whole } from '../words/numbers.js';
import { decisionMark } from '../words/states.js';
import { dateSeconds, dateTime } from '../words/times.js';
import { secondsBetween, timelineOf, type Moment } from '../words/timeline.js';
import { StateChip } from './state-chip.js';
import { Delta, HashText } from './parts.js';
import { Icon } from './icons.js';

/** Done, being done, to be done. */
const DEED: Record<Candidate['action'], readonly [string, string, string]> = {
  repay: ['Repaid', 'Repaying', 'repay'], 'top-up': ['Added', 'Adding', 'add'], fill: ['Sold collateral and repaid', 'Selling collateral to repay', 'sell collateral to repay'],
  move: ['Moved', 'Moving', 'move'], hedge: ['Hedged', 'Hedging', 'hedge'], wait: ['Waited', 'Waiting', 'wait'],
};

/** What was done, in the words of its title. */
export function decisionTitle(decision: Decision): string {
  const chosen = decision.candidates.find((candidate) => candidate.verdict === 'chosen');
  if (decision.kind === 'hold') return 'Nothing to do';
  if (decision.kind === 'cannot') return 'Ballast could not act';
  const { intent } = decision;
  const what = DEED[chosen?.action ?? 'repay'];
  const moved = intent?.receipt ? (chosen?.action === 'top-up' ? intent.receipt.collateralIn : intent.receipt.debtRepaid) : null;
  const sum = amount(moved ?? chosen?.amount ?? null, chosen?.asset?.symbol);
  if (intent?.failure) return `Tried to ${what[2]} ${sum} and failed`;
  return `${intent?.receipt ? what[0] : what[1]} ${sum}`;
}

/** The transaction that counts: the mined one, else the last one sent. */
function transactionOf(decision: Decision): string | null {
  return decision.intent?.receipt?.transactionHash ?? decision.intent?.transactions.filter((transaction) => transaction.hash !== null).at(-1)?.hash ?? null;
}

/** One decision in full: what came of it, what was weighed, how it went. `plain` leaves out the cards, and the title and sentence that stand above it already. */
export function DecisionRecord({ decision, plain = false }: { decision: Decision; plain?: boolean }) {
  const card = plain ? '' : 'card';
  return (
    <div className="stack">
      <Outcome decision={decision} plain={plain} card={card} />
      {decision.candidates.length > 0 && <Weighed candidates={decision.candidates} stakes={decision.stakes} plain={plain} />}
      {decision.kind === 'act' && <HowItWent decision={decision} card={card} />}
    </div>
  );
}

function Outcome({ decision, plain, card }: { decision: Decision; plain: boolean; card: string }) {
  const { intent } = decision;
  const receipt = intent?.receipt ?? null;
  const transaction = transactionOf(decision);
  const span = decision.blocks > 1 ? `Blocks ${whole(decision.blockNumber)} to ${whole(decision.lastBlock)}` : `Block ${whole(decision.blockNumber)}`;
  return (
    <section className={card}>
      <div className="record-head">
        <StateChip mark={decisionMark(decision)} />
        {!plain && <h2>{decisionTitle(decision)}</h2>}
        {transaction !== null && <span className="tx"><HashText hash={transaction} /></span>}
      </div>
      {!plain && <p>{decision.sentence}</p>}
      {intent?.failure && <p className="problem-text" style={{ marginTop: 6 }}>{intent.failure.message} <span className="mono">{intent.failure.code}</span></p>}
      <dl className="figures">
        {receipt && receipt.healthBefore !== null && receipt.healthAfter !== null ? (
          <div><dt>Health</dt><dd><Delta from={health(receipt.healthBefore, 3)} to={health(receipt.healthAfter, 3)} /></dd></div>
        ) : (
          <div><dt>Health</dt><dd>{decision.health === null ? 'No debt' : health(decision.health, 3)}{decision.blocks > 1 && decision.lowestHealth !== null && <span className="note">lowest {health(decision.lowestHealth, 3)}</span>}</dd></div>
        )}
        <div><dt>Acts below</dt><dd>{decision.triggerHealth === null ? 'No rule' : health(decision.triggerHealth)}</dd></div>
        <div><dt>Brings health back to</dt><dd>{decision.targetHealth === null ? '—' : health(decision.targetHealth)}</dd></div>
        {receipt ? (
          <div><dt>Gas</dt><dd>{cost(receipt.gasCostUsd)}<span className="note">borne by Ballast</span></dd></div>
        ) : (
          <div><dt>Held for</dt><dd>{decision.blocks === 1 ? '1 block' : `${whole(decision.blocks)} blocks`}</dd></div>
        )}
      </dl>
      <p className="facts">
        <span>{span}</span>
        <span>Chain time {decision.blocks > 1 ? `${dateTime(decision.chainTime)} to ${dateTime(decision.lastChainTime)}` : dateSeconds(decision.chainTime)} UTC</span>
        {decision.clamp !== null && <span>Limited by the mandate: {decision.clamp}</span>}
        {decision.mandateHash !== null && <span>Mandate <HashText hash={decision.mandateHash} what="mandate" /></span>}
      </p>
    </section>
  );
}

const ACTION: Record<Candidate['action'], string> = {
  repay: 'Repay from wallet', 'top-up': 'Add collateral', fill: 'Sell collateral to repay', move: 'Move collateral yourself', hedge: 'Hedge on a venue', wait: 'Wait',
};
const amountOf = (candidate: Candidate): string => (candidate.action === 'wait' || candidate.asset === null || candidate.amount === '0' ? '—' : amount(candidate.amount, candidate.asset.symbol));
/** What is impossible costs nothing unless it was priced all the same. */
const costOf = (candidate: Candidate): string => (candidate.verdict === 'impossible' && candidate.costs === null ? '—' : cents(candidate.costUsd, 'up'));
const averted = (candidate: Candidate): string => cents(candidate.avertedUsd, 'down');
const net = (candidate: Candidate): string => cents(candidate.netUsd, 'down');

const PARTS = [['gasUsd', 'gas'], ['tradeUsd', 'sale'], ['premiumUsd', 'fees'], ['carryUsd', 'later']] as const;

/** The parts that a cost is made of, those that are something; empty where there is one alone that the total says already. */
function partsOf({ costs, action }: Candidate): string {
  if (costs === null) return '';
  const named = PARTS.filter(([part]) => Number(costs[part]) > 0).map(([part, word]) => `${part === 'carryUsd' && action === 'fill' ? 'buying back' : part === 'carryUsd' && action === 'hedge' ? 'funding' : word} ${cents(costs[part], 'up')}`);
  return named.join(' · ');
}

function Weighed({ candidates, stakes, plain }: { candidates: readonly Candidate[]; stakes: Decision['stakes']; plain: boolean }) {
  const isPriced = candidates.some((candidate) => candidate.avertedUsd !== null);
  return (
    <section className={plain ? '' : 'card flush'}>
      <h2 style={plain ? { paddingBottom: 6 } : { padding: '14px 18px 6px' }}>What was weighed</h2>
      {stakes !== null && <p className="text2" style={plain ? { paddingBottom: 6 } : { padding: '0 18px 6px' }}>{stakes.sentence}</p>}
      <table className="table candidates-table">
        <thead><tr><th>Action</th><th className="end">Cost</th>{isPriced && <><th className="end">Loss averted</th><th className="end">Gain</th></>}<th className="end">Health after</th><th>Why</th></tr></thead>
        <tbody>
          {candidates.map((candidate, index) => (
            <tr key={index} className={candidate.verdict === 'chosen' ? 'chosen' : undefined}>
              <td className={candidate.verdict === 'chosen' ? 'strong tone-safe' : undefined}>
                {candidate.verdict === 'chosen' && <><span className="sr">Chosen: </span><span style={{ display: 'inline-block', verticalAlign: '-2px', marginRight: 6 }}><Icon name="check" size={14} /></span></>}
                {ACTION[candidate.action]}
                {amountOf(candidate) !== '—' && <span className="small text2 block">{amountOf(candidate)}</span>}
              </td>
              <td className="end">{costOf(candidate)}{partsOf(candidate) !== '' && <span className="small text2 block">{partsOf(candidate)}</span>}</td>
              {isPriced && <><td className="end">{averted(candidate)}</td><td className="end">{net(candidate)}</td></>}
              <td className="end">{health(candidate.healthAfter)}</td>
              <td className="small text2">{candidate.why}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="candidates-phone">
        {candidates.map((candidate, index) => (
          <li key={index} className={candidate.verdict === 'chosen' ? 'chosen' : undefined}>
            <span>
              <b className={`strong${candidate.verdict === 'chosen' ? ' tone-safe' : ''}`}>{candidate.verdict === 'chosen' ? '✓ ' : ''}{ACTION[candidate.action]}</b>
              <span className="small text2 block">{[amountOf(candidate), candidate.why].filter((part) => part !== '—').join(' · ')}</span>
              {candidate.avertedUsd !== null && <span className="small text2 block">Averts {averted(candidate)}, gains {net(candidate)}</span>}
            </span>
            <span className="strong num">{costOf(candidate)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function HowItWent({ decision, card }: { decision: Decision; card: string }) {
  const { intent } = decision;
  const moments = timelineOf(decision);
  const minedAt = intent?.steps.find((step) => step.to.toUpperCase() === 'MINED')?.at;
  const took = secondsBetween(decision.createdAt, minedAt);
  return (
    <section className={card}>
      <div className="card-head"><h2>How it went</h2>{took !== null && <span className="text2 small">Decided to mined {took}</span>}</div>
      <ol className="timeline">
        {moments.map((moment, index) => (
          <li key={moment.name} className={`${moment.state}${moments[index + 1]?.state === 'done' ? ' linked' : ''}`}>
            <Dot state={moment.state} />
            <b>{moment.name}<span className="sr">{moment.state === 'done' ? ', done' : moment.state === 'failed' ? ', failed' : ', pending'}</span></b>
            <span>{moment.when}</span>
          </li>
        ))}
      </ol>
      {intent?.failure && <p className="problem-text" style={{ marginTop: 12 }}>{intent.failure.message}</p>}
      {intent && (
        <p className="facts">
          {intent.receipt && <span>Block {whole(intent.receipt.blockNumber)}</span>}
          {intent.receipt && <span>Gas {whole(intent.receipt.gasUsed)}</span>}
          {intent.transactions.map((transaction) => transaction.hash !== null && (
            <span key={transaction.hash}>{transaction.purpose === 'cancel' ? 'Cancelled by' : 'Transaction'} {whole(transaction.nonce)} <HashText hash={transaction.hash} /></span>
          ))}
        </p>
      )}
    </section>
  );
}

function Dot({ state }: { state: Moment['state'] }) {
  return (
    <svg width="17" height="17" viewBox="0 0 17 17" aria-hidden="true">
      {state === 'done' && <><circle cx="8.5" cy="8.5" r="8.5" fill="var(--act)" /><path d="m5 8.8 2.4 2.4L12 6" fill="none" stroke="var(--surface)" strokeWidth="1.7" strokeLinecap="round" strokeLinejoin="round" /></>}
      {state === 'pending' && <circle cx="8.5" cy="8.5" r="7.5" fill="var(--surface)" stroke="var(--edge)" strokeWidth="1.6" />}
      {state === 'failed' && <><circle cx="8.5" cy="8.5" r="8.5" fill="var(--danger)" /><path d="m5.8 5.8 5.4 5.4m0-5.4-5.4 5.4" stroke="var(--surface)" strokeWidth="1.8" strokeLinecap="round" /></>}
    </svg>
  );
}
