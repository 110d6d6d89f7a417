import { useId, useState } from 'react';
import { ask } from '../api/client.js';
import { routes } from '../api/routes.js';
import type { AccountBounds, VenueAccount } from '../api/types.js';
import { cache } from '../store/store.js';
import { useTask } from '../store/task.js';
import { between } from '../words/entered.js';
import { boundsEffects } from '../words/hedge-effects.js';
import { EffectsOf } from './effects.js';

const SUGGESTED: AccountBounds = { earliestUsePercent: '30', latestUsePercent: '50', mayAddMargin: true, mayClose: true, mostClosedPercent: '50', slippagePercent: '0.5' };

/** What an owner lets Ballast do for a derivative account of his, and when. */
export function BoundsForm({ account, address, done }: { account: VenueAccount; address: string; done: () => void }) {
  const { bounds } = account.protection;
  const [entered, setEntered] = useState(bounds ?? SUGGESTED);
  const { busy, problem, run, tell } = useTask();
  const id = useId();
  const set = (change: Partial<AccountBounds>): void => setEntered({ ...entered, ...change });
  const path = routes.venueProtection(address, account.id);
  const save = async (): Promise<void> => {
    const [earliest, latest, most, slippage] = [between(entered.earliestUsePercent, 1, 95), between(entered.latestUsePercent, 1, 95), between(entered.mostClosedPercent, 1, 100), between(entered.slippagePercent, 0.01, 10)];
    if (earliest === null || latest === null || Number(earliest) > Number(latest)) return tell('Ballast acts between two shares of the margin, from 1% to 95%, the earlier one first.');
    if (!entered.mayAddMargin && !entered.mayClose) return tell('One of adding margin and closing must be allowed, or there is nothing to do.');
    if (most === null) return tell('What may be closed is a share from 1% to 100%.');
    if (slippage === null) return tell('The price difference is a percentage from 0.01 to 10.');
    const request: AccountBounds = { ...entered, earliestUsePercent: earliest, latestUsePercent: latest, mostClosedPercent: most, slippagePercent: slippage };
    if (await run(async () => void (await ask<VenueAccount>('PUT', path, request)))) finish();
  };
  const end = async (): Promise<void> => {
    if (await run(async () => void (await ask<VenueAccount>('DELETE', path)))) finish();
  };
  const finish = (): void => {
    cache.refresh(routes.derivatives(address));
    done();
  };
  const field = (key: 'earliestUsePercent' | 'latestUsePercent' | 'mostClosedPercent' | 'slippagePercent', label: string) => (
    <label className="field" htmlFor={`${id}-${key}`}><span>{label}</span><input id={`${id}-${key}`} inputMode="decimal" value={entered[key]} onChange={(event) => set({ [key]: event.target.value })} /></label>
  );
  return (
    <form className="card stack" style={{ gap: 14 }} onSubmit={(event) => { event.preventDefault(); void save(); }}>
      <h2>When and how Ballast acts on it</h2>
      <div className="fields-two">{field('earliestUsePercent', 'Acts at the earliest, % of margin used')}{field('latestUsePercent', 'and at the latest, %')}</div>
      <EffectsOf effects={boundsEffects(entered.earliestUsePercent, entered.latestUsePercent)} />
      <label className="check"><input type="checkbox" checked={entered.mayAddMargin} onChange={(event) => set({ mayAddMargin: event.target.checked })} /><span><b className="strong">Add margin</b><br /><span className="small text2">From what is free in the same account. Nothing is brought in from outside: the key cannot. What is added rides the fall with the rest: this keeps the venue from selling you out, not the price from falling.</span></span></label>
      <label className="check"><input type="checkbox" checked={entered.mayClose} onChange={(event) => set({ mayClose: event.target.checked })} /><span><b className="strong">Close a part</b><br /><span className="small text2">Never opens anything, only makes positions smaller.</span></span></label>
      {entered.mayClose && <div className="fields-two">{field('mostClosedPercent', 'Most that it closes at a time, %')}{field('slippagePercent', 'Most a close may lose against the mark, %')}</div>}
      {problem !== null && <p className="problem-text" role="alert">{problem}</p>}
      <div className="row"><button type="submit" className="button primary" disabled={busy}>{bounds === null ? 'Protect this account' : 'Keep these bounds'}</button>{bounds !== null && <button type="button" className="button" disabled={busy} onClick={() => void end()}>Protect it no more</button>}</div>
    </form>
  );
}
