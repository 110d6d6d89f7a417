import { useState } from 'react';
import { routes } from '../api/routes.js';
import type { Derivatives, Portfolio, VenueEnvironment } from '../api/types.js';
import { Waterfall } from '../charts/waterfall.js';
import { ErrorState, Loading, Segmented } from '../components/parts.js';
import { exposureInWords } from '../components/together.js';
import { EnvironmentSwitch } from '../hedging/environment.js';
import { HedgeCard } from '../hedging/hedge-card.js';
import { OwnerOnly } from '../hedging/owner-only.js';
import { RescueCard, WithdrawalCard } from '../hedging/rescue-card.js';
import { UnderlyingsTable } from '../hedging/underlyings.js';
import { VenueStopBanners, VenueSwitches } from '../hedging/venue-stops.js';
import { Link, paths } from '../router.js';
import { useAddress } from '../shell/address-in-view.js';
import { PageHead } from '../shell/shell.js';
import { cache, useAnswer, useDerivatives, useIsOwner, usePositions } from '../store/store.js';
import { portfolioHeadline, publicPortfolioHeadline, type PortfolioView } from '../words/exposure.js';
import { environmentsOf, venuesOf } from '../words/hedging.js';

export function PortfolioPage({ address: routed }: { address: string | null }) {
  const address = useAddress(routed);
  const isOwner = useIsOwner(address);
  const { value: derivatives, problem } = useDerivatives(address);
  if (address === null) {
    return (
      <>
        <PageHead name="Portfolio" headline="What do you gain and lose with?" />
        <section className="card stack tight"><p>Paste an address first, or sign in.</p><div><Link to="/" className="button small">Paste an address</Link></div></section>
      </>
    );
  }
  if (!isOwner) return <PublicPortfolio address={address} />;
  if (derivatives) return <Known key={address} derivatives={derivatives} address={address} />;
  return (
    <>
      <PageHead name="Portfolio" headline={portfolioHeadline({ kind: problem ? 'error' : 'loading' })} />
      {problem ? <ErrorState problem={problem} again={() => cache.refresh(routes.derivatives(address))} /> : <Loading what="Loans and derivative accounts are being added up." rows={6} />}
    </>
  );
}

function Known({ derivatives, address }: { derivatives: Derivatives; address: string }) {
  const environments = environmentsOf(derivatives);
  const [chosenEnvironment, setEnvironment] = useState<VenueEnvironment | null>(null);
  const environment = chosenEnvironment !== null && environments.includes(chosenEnvironment) ? chosenEnvironment : (environments[0] ?? 'live');
  const [chosen, setChosen] = useState<string | null>(null);
  const underlyings = derivatives.underlyings.filter((each) => each.environment === environment);
  const exposure = underlyings.find(({ underlying }) => underlying === chosen) ?? underlyings[0] ?? null;
  const hedge = derivatives.hedges.find((each) => each.environment === environment && each.underlying === exposure?.underlying && each.state !== 'ended') ?? null;
  const hasAccount = derivatives.accounts.some((account) => account.environment === environment && account.state !== 'ended');
  const { value: account } = usePositions(address);
  const { value: portfolio } = useAnswer<Portfolio>(routes.portfolio(address), 15_000);
  const positions = account?.positions ?? [];
  const view: PortfolioView = exposure === null ? { kind: 'nothing' } : { kind: 'known', exposure, hedge };
  const canHedge = exposure !== null && (exposure.underlying === 'ETH' || exposure.underlying === 'BTC');
  return (
    <>
      <PageHead
        name="Portfolio"
        headline={portfolioHeadline(view)}
        end={
          <>
            <EnvironmentSwitch value={environment} both={environments.length > 1} onChange={setEnvironment} />
            {underlyings.length > 1 && exposure && <Segmented name="underlying" label="Underlying" value={exposure.underlying} options={underlyings.map(({ underlying }) => [underlying, underlying] as const)} onChange={setChosen} />}
            {canHedge && hasAccount && <Link to={paths.editHedge(address, exposure.underlying)} className="button primary">{hedge === null ? 'Set up a hedge' : 'Edit hedge'}</Link>}
          </>
        }
      />
      <VenueStopBanners account={address} environment={environment} />
      <div className="detail portfolio">
        <div className="stack">
          {exposure === null ? <section className="card"><p>No loan and no derivative account of this address moves with a price. As soon as one does, it appears here by itself.</p></section> : <Waterfall exposure={exposure} hedge={hedge} />}
          {underlyings.length > 0 && exposure && <UnderlyingsTable underlyings={underlyings} chosen={exposure.underlying} onChoose={setChosen} />}
        </div>
        <div className="stack">
          {hedge && exposure && <HedgeCard hedge={hedge} exposure={exposure} positions={positions} address={address} />}
          {!hedge && exposure && <NoHedge address={address} underlying={exposure.underlying} canHedge={canHedge} hasAccount={hasAccount} />}
          {portfolio && <RescueCard portfolio={portfolio} positions={positions} />}
          {hedge && <WithdrawalCard words={hedge.withdrawal} venues={hedge.legs.length === 0 ? 'the venue' : venuesOf(hedge.legs)} />}
          {hasAccount && <VenueSwitches account={address} environment={environment} />}
        </div>
      </div>
    </>
  );
}

function NoHedge({ address, underlying, canHedge, hasAccount }: { address: string; underlying: string; canHedge: boolean; hasAccount: boolean }) {
  return (
    <section className="card stack tight">
      <h2>{underlying} is not hedged</h2>
      {canHedge ? (
        <>
          <p className="text2">A short at a derivatives venue takes a share of what a fall costs you, and as much of what a rise brings. It does not raise the health of a loan: that stays the work of its own protection.</p>
          <div>{hasAccount ? <Link to={paths.editHedge(address, underlying)} className="button">Set up a hedge</Link> : <Link to={paths.connect(address)} className="button">Connect a venue</Link>}</div>
        </>
      ) : <p className="text2">Ballast hedges ETH and BTC.</p>}
    </section>
  );
}

/** Loans are on a public chain: their exposure is anybody's to see. The rest is the owner's. */
function PublicPortfolio({ address }: { address: string }) {
  const { value: account } = usePositions(address);
  const { value: portfolio, problem } = useAnswer<Portfolio>(routes.portfolio(address), 15_000);
  return (
    <>
      <PageHead name="Portfolio" headline={portfolio ? publicPortfolioHeadline(portfolio) : portfolioHeadline({ kind: problem && problem.status !== 404 ? 'error' : 'loading' })} />
      <div className="detail portfolio">
        <div className="stack">
          {!portfolio && (problem && problem.status !== 404 ? <ErrorState problem={problem} again={() => cache.refresh(routes.portfolio(address))} /> : <Loading what="The loans of this address are being read." rows={4} />)}
          {portfolio && portfolio.exposures.length > 0 && (
            <section className="card flush">
              <h2 style={{ padding: '14px 18px 6px' }}>What the loans hold and owe</h2>
              <table className="table underlyings">
                <thead><tr><th scope="col">Asset</th><th scope="col" className="end">Net of both</th></tr></thead>
                <tbody>{portfolio.exposures.map((each) => <tr key={`${each.kind} ${each.of}`}><th scope="row">{each.of}</th><td className="end strong">{exposureInWords(each)}</td></tr>)}</tbody>
              </table>
            </section>
          )}
        </div>
        <div className="stack">
          <OwnerOnly address={address} what="your derivative accounts and hedges" />
          {portfolio && <RescueCard portfolio={portfolio} positions={account?.positions ?? []} />}
        </div>
      </div>
    </>
  );
}
