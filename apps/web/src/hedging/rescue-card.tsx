import type { Portfolio, Position } from '../api/types.js';
import { ShapeIcon } from '../components/icons.js';
import { venueOf } from '../words/distance.js';
import { amount, compare, dollars, listed } from '../words/numbers.js';
import { weakestFirst } from '../words/headline.js';

/** Which loans the one wallet could rescue, weakest first, and with how much. */
export function RescueCard({ portfolio, positions }: { portfolio: Portfolio; positions: readonly Position[] }) {
  const funds = portfolio.rescueFunds.filter(({ balance }) => compare(balance, '0') > 0);
  const loans = weakestFirst(positions.filter(({ state }) => state !== 'no-debt'));
  if (loans.length === 0) return null;
  return (
    <section className="card stack tight">
      <h2>Rescue budget: who needs it first</h2>
      <p className="small text2">{funds.length === 0 ? 'The wallet holds nothing that could rescue a loan.' : `One wallet for all: ${listed(funds.map(({ asset, balance }) => amount(balance, asset.symbol)))}. What one rescue uses, another cannot.`}</p>
      <ol className="rescue">
        {loans.map((loan, index) => {
          const usable = funds.flatMap(({ asset, balance, usable: shares }) => shares.filter(({ positionId, amount: share }) => positionId === loan.id && compare(share, '0') > 0).map(({ amount: share }) => ({ symbol: asset.symbol, share, of: Number(balance) === 0 ? 0 : Number(share) / Number(balance) })));
          const widest = Math.min(1, Math.max(0, ...usable.map(({ of }) => of)));
          return (
            <li key={loan.id}>
              <span><b className="strong">{index + 1}. {venueOf(loan.protocol).name}</b> <span className="small text2">{dollars(loan.lossIfLiquidatedUsd, 'up')} if liquidated</span></span>
              <span className="strong num end">{usable.length === 0 ? '0' : listed(usable.map(({ symbol, share }) => amount(share, symbol)))}</span>
              <div className="meter" aria-hidden="true"><span style={{ width: `${(widest * 100).toFixed(1)}%` }} /></div>
            </li>
          );
        })}
      </ol>
      <p className="small text3">What each loan’s guard may take now, as the owner permitted it.</p>
    </section>
  );
}

/** A trade-only key cannot withdraw: the hedge’s profit reaches a loan by the owner’s hand alone. */
export function WithdrawalCard({ words, venues }: { words: string | null; venues: string }) {
  return (
    <section className="card withdrawal">
      <span className="text2"><ShapeIcon shape="info" size={18} /></span>
      <div>
        <p><b className="strong">Only you can withdraw hedge profit and repay with it.</b></p>
        {words !== null && <p className="text2" style={{ marginTop: 4 }}>{words}</p>}
        <details style={{ marginTop: 6 }}>
          <summary className="small">Show me how</summary>
          <ol className="numbered small text2">
            <li>Sign in at {venues} with your own login, not with the key that Ballast has: that one can trade and cannot withdraw.</li>
            <li>Withdraw to the wallet that owns the loan. Leave what the hedge needs as margin; the sentence above tells how much that is, where it is known.</li>
            <li>Repay at the protocol’s own page, or leave it in the wallet: a mandate that may repay from your wallet uses it when it has to.</li>
          </ol>
        </details>
      </div>
    </section>
  );
}
