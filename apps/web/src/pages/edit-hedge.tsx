import { useState } from 'react';
import { ask } from '../api/client.js';
import { routes } from '../api/routes.js';
import type { Derivatives, Hedge, VenueEnvironment } from '../api/types.js';
import { Dialog, ErrorState, Loading } from '../components/parts.js';
import { EnvironmentSwitch } from '../hedging/environment.js';
import { carriersOf, draftOf, requestOf } from '../hedging/hedge-draft.js';
import { HedgeForm } from '../hedging/hedge-form.js';
import { HedgePreview } from '../hedging/hedge-preview.js';
import { OwnerOnly } from '../hedging/owner-only.js';
import { VenueStopBanners, VenueSwitches } from '../hedging/venue-stops.js';
import { Link, go, paths } from '../router.js';
import { useAddress } from '../shell/address-in-view.js';
import { PageHead } from '../shell/shell.js';
import { cache, useDerivatives, useIsOwner } from '../store/store.js';
import { useTask } from '../store/task.js';
import { environmentsOf } from '../words/hedging.js';

type Hedged = 'ETH' | 'BTC';

export function EditHedgePage({ address: routed, underlying }: { address: string | null; underlying: Hedged }) {
  const address = useAddress(routed);
  const isOwner = useIsOwner(address);
  const { value, problem } = useDerivatives(address);
  const [chosen, setChosen] = useState<VenueEnvironment | null>(null);
  const crumbs = <Link to={paths.portfolio(address)}>Portfolio</Link>;
  const headline = `How much of your ${underlying} should be hedged?`;
  if (address === null) return <><PageHead name="Hedge" headline={headline} crumbs={crumbs} /><section className="card stack tight"><p>Paste an address first, or sign in.</p><div><Link to="/" className="button small">Paste an address</Link></div></section></>;
  if (!isOwner) return <><PageHead name="Hedge" headline="Only the owner can set up a hedge" crumbs={crumbs} /><OwnerOnly address={address} what="this hedge" /></>;
  if (!value) return <><PageHead name="Hedge" headline={problem ? 'We could not load this page' : headline} crumbs={crumbs} />{problem ? <ErrorState problem={problem} again={() => cache.refresh(routes.derivatives(address))} /> : <Loading what="Your exposure is being read." rows={5} />}</>;
  const environments = environmentsOf(value);
  const environment = chosen ?? environments[0] ?? 'live';
  return (
    <>
      <PageHead name="Hedge" headline={headline} crumbs={crumbs} end={<><EnvironmentSwitch value={environment} both={environments.length > 1} onChange={setChosen} /><Link to={paths.portfolio(address)} className="button">Back</Link></>} />
      <VenueStopBanners account={address} environment={environment} />
      <Editor key={environment} derivatives={value} environment={environment} underlying={underlying} address={address} />
    </>
  );
}

function Editor({ derivatives, environment, underlying, address }: { derivatives: Derivatives; environment: VenueEnvironment; underlying: Hedged; address: string }) {
  const hedge = derivatives.hedges.find((each) => each.environment === environment && each.underlying === underlying && each.state !== 'ended') ?? null;
  const exposure = derivatives.underlyings.find((each) => each.environment === environment && each.underlying === underlying) ?? null;
  const carriers = carriersOf(derivatives.accounts, derivatives.keys, environment);
  const [draft, setDraft] = useState(() => draftOf(hedge, carriers, underlying));
  const { busy, problem, run, tell } = useTask();
  if (carriers.length === 0 && hedge === null) {
    return <section className="card stack tight"><h2>No account can carry a hedge yet</h2><p className="text2">Connect a venue with a key that can trade and not withdraw, and accept what it risks.</p><div><Link to={paths.connect(address)} className="button primary">Connect a venue</Link></div></section>;
  }
  const save = async (): Promise<void> => {
    const made = requestOf(draft, environment);
    if ('wrong' in made) return tell(made.wrong);
    const done = await run(async () => {
      show(address, derivatives, await ask<Hedge>('PUT', routes.hedge(address, underlying), made.request));
    });
    if (done) go(paths.portfolio(address));
  };
  return (
    <form className="protect" onSubmit={(event) => { event.preventDefault(); void save(); }}>
      <HedgeForm draft={draft} exposure={exposure} underlying={underlying} carriers={carriers} onChange={setDraft} />
      <div className="stack">
        <HedgePreview draft={draft} exposure={exposure} underlying={underlying} />
        <section className="card stack sign-bar">
          {problem !== null && <p className="problem-text" role="alert">{problem}</p>}
          <button type="submit" className="button primary wide" disabled={busy}>{hedge === null ? 'Hedge inside these limits' : 'Keep this hedge'}</button>
        </section>
        {hedge !== null && <EndHedge hedge={hedge} derivatives={derivatives} address={address} />}
        <VenueSwitches account={address} environment={environment} />
      </div>
    </form>
  );
}

/** The hedge as it was just answered stands on the next page at once, whenever the rest is read again. */
function show(address: string, derivatives: Derivatives, hedge: Hedge): void {
  cache.put(routes.derivatives(address), { ...derivatives, hedges: [...derivatives.hedges.filter(({ id }) => id !== hedge.id), hedge] });
  cache.refresh(routes.derivatives(address));
}

function EndHedge({ hedge, derivatives, address }: { hedge: Hedge; derivatives: Derivatives; address: string }) {
  const [asking, setAsking] = useState(false);
  const { busy, problem, run } = useTask();
  const end = async (): Promise<void> => {
    const done = await run(async () => {
      show(address, derivatives, await ask<Hedge>('DELETE', `${routes.hedge(address, hedge.underlying)}?environment=${hedge.environment}`));
    });
    if (done) go(paths.portfolio(address));
  };
  return (
    <section className="card stack tight">
      <h2>End this hedge</h2>
      <p className="text2">What it holds is closed inside your limits, then it ends. Keys and accounts stay.</p>
      <div><button type="button" className="button" onClick={() => setAsking(true)}>Unwind and end it</button></div>
      <Dialog open={asking} title={`End the ${hedge.underlying} hedge?`} onClose={() => setAsking(false)}>
        <p>{hedge.sentence}</p>
        <p className="text2">After it is closed, a fall of {hedge.underlying} costs you all that it would without a hedge.</p>
        {problem !== null && <p className="problem-text" role="alert">{problem}</p>}
        <div className="row"><button type="button" className="button" onClick={() => setAsking(false)}>Keep</button><button type="button" className="button primary" disabled={busy} onClick={() => void end()}>Unwind and end it</button></div>
      </Dialog>
    </section>
  );
}
