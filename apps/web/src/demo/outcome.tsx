import { routes } from '../api/routes.js';
import type { Decision } from '../api/types.js';
import { Delta, HashText } from '../components/parts.js';
import { StateChip } from '../components/state-chip.js';
import { Link, paths } from '../router.js';
import { useAnswer } from '../store/store.js';
import { amount, compare, cost, dollars, health, negate, sum, whole } from '../words/numbers.js';
import { riskMark, type Mark } from '../words/states.js';
import type { DemoOutcome, DemoState } from './types.js';

const SAVED: Mark = { tone: 'act', shape: 'shield', word: 'Saved' };
const LIQUIDATED: Mark = { ...riskMark('liquidatable'), word: 'Liquidated' };
const STANDS: Mark = { tone: 'safe', shape: 'circle', word: 'Not liquidated' };

/** What the one paid and what the other lost, with every transaction and decision behind it. */
export function Outcome({ state, outcome, keptPosition }: { state: DemoState; outcome: DemoOutcome; keptPosition: string | null }) {
  const { protected: kept, twin } = outcome;
  const { value: decisions } = useAnswer<Decision[]>(keptPosition === null ? null : routes.decisions(keptPosition));
  const decisionOf = (transaction: string): string | undefined => decisions?.find((decision) => decision.intent?.transactions.some((sent) => sent.hash?.toLowerCase() === transaction.toLowerCase()))?.id;
  const own = kept.gasBorneBy === 'ballast' ? sum([kept.costUsd, negate(kept.gasUsd)]) : kept.costUsd;
  const ownCost = compare(own, '0') < 0 ? '0' : own;
  const keptAddress = state.accounts.protected.address.toLowerCase();
  return (
    <div className="outcome">
      <section className="card stack" style={{ gap: 12 }}>
        <div className="card-head"><h2>{state.accounts.protected.label}</h2><StateChip mark={kept.liquidated ? LIQUIDATED : kept.repaid.length > 0 ? SAVED : STANDS} /></div>
        <div><p className="big">{cost(ownCost)}</p><p className="text2">is what it cost the owner. {dollars(kept.repaidUsd, 'up')} of debt was repaid from the wallet: that money is not lost, it is owed no more.</p></div>
        <p>Gas {cost(kept.gasUsd)}, borne by {kept.gasBorneBy === 'ballast' ? 'Ballast' : kept.gasBorneBy}. Lowest health {health(kept.healthMin, 3)}.</p>
        <ul className="tx-list">
          {kept.repaid.map((repayment) => {
            const decision = decisionOf(repayment.transactionHash);
            return (
              <li key={repayment.transactionHash}>
                <span><b className="strong">Repaid {amount(repayment.amount, repayment.symbol)}</b> <span className="text2">health <Delta from={health(repayment.healthBefore, 3)} to={health(repayment.healthAfter, 3)} />, block {whole(repayment.blockNumber)}</span></span>
                <span className="row" style={{ gap: 12 }}><HashText hash={repayment.transactionHash} />{decision !== undefined && <Link to={paths.activity(keptAddress, decision)}>Decision</Link>}</span>
              </li>
            );
          })}
        </ul>
        <p><Link to={paths.activity(keptAddress)}>Everything Ballast did, and chose not to do</Link></p>
      </section>
      <section className="card stack" style={{ gap: 12 }}>
        <div className="card-head"><h2>{state.accounts.twin.label}</h2><StateChip mark={twin.liquidated ? LIQUIDATED : STANDS} /></div>
        <div><p className={`big${twin.liquidated ? ' tone-danger' : ''}`}>{cost(twin.lossUsd)}</p><p className="text2">{twin.liquidated ? 'is what it lost: collateral sold to a liquidator above the debt that it paid.' : 'lost. It was not liquidated this time.'}</p></div>
        <p>Lowest health {health(twin.healthMin, 3)}. Nobody acted for it.</p>
        <ul className="tx-list">
          {twin.liquidations.map((liquidation) => (
            <li key={liquidation.transactionHash}>
              <span><b className="strong">Sold {amount(liquidation.collateralSeized, liquidation.collateralSymbol)}</b> <span className="text2">for {amount(liquidation.debtCovered, liquidation.debtSymbol)} of debt, penalty {cost(liquidation.penaltyUsd)}, block {whole(liquidation.blockNumber)}</span></span>
              <HashText hash={liquidation.transactionHash} />
            </li>
          ))}
        </ul>
        <p><Link to={paths.activity(state.accounts.twin.address.toLowerCase())}>What was seen of it</Link></p>
      </section>
    </div>
  );
}
