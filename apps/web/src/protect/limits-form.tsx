import { useId, useState } from 'react';
import type { MandateDraft, MandateDraftRequest, Position } from '../api/types.js';
import { amountOf, bpsOf } from '../words/entered.js';
import { unscale } from '../words/numbers.js';

/** What the owner chose in place of what is suggested. */
export type Limits = Pick<MandateDraftRequest, 'actions' | 'maxCostBps' | 'fillPerDay'>;

type Action = NonNullable<Limits['actions']>[number];
const BITS: ReadonlyArray<readonly [bit: number, action: Action]> = [[2, 'repay'], [1, 'top-up'], [4, 'fill']];
const ALL: readonly Action[] = ['repay', 'top-up', 'fill'];

export const actionsOf = (draft: MandateDraft): readonly Action[] => BITS.filter(([bit]) => (draft.typedData.message.actions & bit) !== 0).map(([, action]) => action);

/** "What is the most it may ever do?": what may be used, and the two limits of a sale. */
export function LimitsForm({ draft, position, busy, onChange }: { draft: MandateDraft; position: Position; busy: boolean; onChange: (limits: Limits) => void }) {
  const { message } = draft.typedData;
  const debt = position.debts.find(({ asset }) => asset.address.toLowerCase() === draft.terms.debt.toLowerCase())?.asset;
  const sold = position.collaterals.find(({ asset }) => asset.address.toLowerCase() === draft.terms.collateral.toLowerCase())?.asset;
  const allowed = actionsOf(draft);
  const [cost, setCost] = useState(unscale(String(message.maxCostBps || 100), 2));
  const [perDay, setPerDay] = useState(unscale(message.fillPerDay, debt?.decimals ?? 0));
  const [wrong, setWrong] = useState<string | null>(null);
  const id = useId();
  const fills = allowed.includes('fill');

  const choose = (action: Action, on: boolean): void => {
    const actions = ALL.filter((each) => (each === action ? on : allowed.includes(each)));
    if (!actions.some((each) => each !== 'top-up')) return setWrong('One of repaying from the wallet and selling collateral must stay allowed.');
    setWrong(null);
    onChange({ actions: [...actions] });
  };
  const apply = (): void => {
    const [maxCostBps, fillPerDay] = [bpsOf(cost), amountOf(perDay)];
    if (maxCostBps === null || maxCostBps < 1 || maxCostBps > 500) return setWrong('The cost is a percentage from 0.01 to 5.');
    if (fillPerDay === null) return setWrong(`The amount a day is a number of ${debt?.symbol ?? 'tokens'}.`);
    setWrong(null);
    onChange({ actions: [...allowed], maxCostBps, fillPerDay });
  };
  const choice = (action: Action, title: string, text: string) => (
    <label className="check"><input type="checkbox" checked={allowed.includes(action)} disabled={busy} onChange={(event) => choose(action, event.target.checked)} /><span><b className="strong">{title}</b><br /><span className="small text2">{text}</span></span></label>
  );
  return (
    <section className="card stack tight">
      <h2>What it may use</h2>
      {choice('repay', 'Repay from my wallet', `Cheapest. Needs ${debt?.symbol ?? 'coins'} there.`)}
      {choice('top-up', 'Add collateral from my wallet', `Where repaying is not enough. Needs ${sold?.symbol ?? 'coins'} there.`)}
      {choice('fill', 'Sell collateral to repay', `Needs nothing in the wallet; costs up to the limit below.`)}
      {fills && (
        <form className="row" style={{ alignItems: 'end', gap: 12 }} onSubmit={(event) => { event.preventDefault(); apply(); }}>
          <label className="field" htmlFor={`${id}-cost`}><span>Most a sale may cost, % of what is repaid</span><input id={`${id}-cost`} inputMode="decimal" value={cost} onChange={(event) => setCost(event.target.value)} /></label>
          <label className="field" htmlFor={`${id}-day`}><span>Debt repaid by selling, {debt?.symbol ?? ''} a day</span><input id={`${id}-day`} inputMode="decimal" value={perDay} onChange={(event) => setPerDay(event.target.value)} /></label>
          <button type="submit" className="button small" disabled={busy}>Use these limits</button>
        </form>
      )}
      {draft.notes.map((note) => <p key={note} className="small tone-watch">{note}</p>)}
      {wrong !== null && <p className="problem-text" role="alert">{wrong}</p>}
    </section>
  );
}
