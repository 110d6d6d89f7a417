import { useState } from 'react';
import { ask } from '../api/client.js';
import { routes } from '../api/routes.js';
import type { HedgeDecisions, VenueAccount, VenueKey, VenuePosition } from '../api/types.js';
import { ShapeIcon } from '../components/icons.js';
import { Ago, Banner, Dialog, ErrorState, Loading, Pairs } from '../components/parts.js';
import { Monogram, StateChip } from '../components/state-chip.js';
import { BoundsForm } from '../hedging/bounds-form.js';
import { PaperBadge } from '../hedging/environment.js';
import { HedgeDecisionRecord, hedgeDecisionTitle } from '../hedging/hedge-decision-record.js';
import { MarginStrip } from '../hedging/margin-strip.js';
import { OwnerOnly } from '../hedging/owner-only.js';
import { VenueStopBanners, VenueSwitches } from '../hedging/venue-stops.js';
import { Link, paths } from '../router.js';
import { PageHead } from '../shell/shell.js';
import { cache, useDerivatives, useIsOwner, useOwnAnswer } from '../store/store.js';
import { useTask } from '../store/task.js';
import { accountMark, greeksInWords, hedgeDecisionMark, keyMark, liquidationInWords, marginTone } from '../words/hedging.js';
import { amount, cents, dollars, listed, percent, signed, size, times } from '../words/numbers.js';
import { BLIND } from '../words/states.js';
import { date, dateTime } from '../words/times.js';

export function VenueAccountPage({ address, id }: { address: string; id: string }) {
  const isOwner = useIsOwner(address);
  const { value, problem } = useDerivatives(address);
  const account = value?.accounts.find((each) => each.id === id);
  const crumbs = <><Link to={paths.positions(address)}>Positions</Link>{account && ` / ${account.venueName} · ${account.label}`}</>;
  if (!isOwner) return <><PageHead name="Derivative account" headline="Only the owner can see this account" crumbs={crumbs} /><OwnerOnly address={address} what="this account" /></>;
  if (!account) {
    return (
      <>
        <PageHead name="Derivative account" headline={value ? 'This account is not known' : problem ? 'We could not load this page' : 'Reading this account'} crumbs={crumbs} />
        {problem ? <ErrorState problem={problem} again={() => cache.refresh(routes.derivatives(address))} /> : value ? <section className="card"><p>It may have been taken away. <Link to={paths.positions(address)}>All positions</Link></p></section> : <Loading what="The account is being read." rows={5} />}
      </>
    );
  }
  return (
    <>
      <PageHead name={account.label} headline={`${account.venueName} · ${account.label}`} crumbs={crumbs} before={<Monogram protocol={account.venueName} large />} end={<><PaperBadge environment={account.environment} /><StateChip mark={accountMark(account)} /></>} />
      {account.state === 'unread' && <Banner tone="blind" mark={BLIND} title={`We cannot read ${account.venueName} right now`}>{account.unreadWhy ?? 'The venue does not answer.'}{account.unreadSince !== null && ` Since ${dateTime(account.unreadSince)} UTC.`} These numbers are from <Ago at={account.readAt} />. Use {account.venueName} directly if you must act.</Banner>}
      <VenueStopBanners account={address} environment={account.environment} />
      <div className="detail">
        <div className="stack">
          <Holdings account={account} />
          <Decisions address={address} id={id} />
        </div>
        <div className="stack">
          <section className="card detail-sentence"><p className="lead">{account.sentence}</p>{account.isShared && <p className="tone-watch small" style={{ marginTop: 6 }}>Not all in it was put there by Ballast. What you trade by hand shares its margin; Ballast counts it and leaves it alone.</p>}</section>
          <Margin account={account} />
          <Protection account={account} address={address} />
          <KeyCard account={account} keyOf={value?.keys.find(({ name }) => name === account.key)} address={address} />
          <VenueSwitches account={address} environment={account.environment} />
        </div>
      </div>
    </>
  );
}

const MODES = { cross: 'All positions share one margin', isolated: 'Each position has a margin of its own', portfolio: 'Margin by what the whole would lose' } as const;

function Margin({ account }: { account: VenueAccount }) {
  const coin = account.currency ?? undefined;
  return (
    <section className="card detail-distance">
      <div className="hero">
        <div><span>Margin</span><b className={`tone-${marginTone(account)}`}>{account.positions.length === 0 ? '—' : times(account.marginRatio)}</b></div>
        <div className="end"><span>Equity</span><b className="hero-second">{amount(account.equity, coin)}</b></div>
      </div>
      <MarginStrip account={account} />
      <Pairs
        rows={[
          ['The venue needs', amount(account.maintenanceMargin, coin), account.marginUsePercent === null ? undefined : `${percent(account.marginUsePercent)} of what is there`],
          ['Free', amount(account.free, coin)],
          ...(account.marginMode === null ? [] : [['Mode', account.marginMode, MODES[account.marginMode]] as const]),
          ['Seen', <Ago key="seen" at={account.readAt} />],
        ]}
      />
    </section>
  );
}

function Holdings({ account }: { account: VenueAccount }) {
  if (account.positions.length === 0) return <section className="card"><h2>What it holds</h2><p className="text2" style={{ marginTop: 8 }}>Nothing but its balance.</p></section>;
  return (
    <section className="card flush">
      <h2 style={{ padding: '14px 18px 6px' }}>What it holds</h2>
      <ul className="holdings">{account.positions.map((position) => <Holding key={position.id} position={position} currency={account.currency} />)}</ul>
    </section>
  );
}

function Holding({ position, currency }: { position: VenuePosition; currency: string | null }) {
  const greeks = greeksInWords(position);
  return (
    <li>
      <div className="card-head">
        <h3 className="row">{position.instrument} <span className="chip plain">{position.kind === 'option' ? `Option, ${position.side}` : position.side === 'short' ? 'Short' : 'Long'}</span></h3>
        <span className="strong num">{position.coins === null ? `${position.contracts} contracts` : `${size(position.coins)} ${position.underlying}`}</span>
      </div>
      <dl className="figures compact">
        <div><dt>Entry</dt><dd>{cents(position.entryUsd)}</dd></div>
        <div><dt>Mark</dt><dd>{cents(position.markUsd)}</dd></div>
        <div><dt>Result, not taken</dt><dd>{position.unrealised === null ? '—' : `${signed(position.unrealised, 'down')} ${currency ?? ''}`}</dd></div>
        <div><dt>Its own liquidation</dt><dd>{liquidationInWords(position)}</dd></div>
        {position.isolated && <div><dt>Margin of its own</dt><dd>{times(position.marginRatio)}</dd></div>}
        {position.kind === 'perpetual' && <div><dt>Funding, a year</dt><dd>{position.fundingPercentAYear === null ? '—' : `${signed(position.fundingPercentAYear, 'down')}%`}<span className="note">{position.fundingPercentAYear === null ? 'not known' : position.fundingPercentAYear.startsWith('-') ? 'this position pays' : 'this position earns'}</span></dd></div>}
      </dl>
      {position.adl !== null && <p className="small text2" style={{ marginTop: 10 }}>{position.adl}</p>}
      {greeks.length > 0 && (
        <table className="table plain greeks">
          <thead><tr><th scope="col">What moves it</th><th scope="col" className="end">Ours</th><th scope="col" className="end">The venue’s</th></tr></thead>
          <tbody>{greeks.map(({ name, title, ours, venues, apart }) => <tr key={name}><th scope="row" title={title}>{name}{apart && <span className="tone-watch small"> apart</span>}</th><td className="end">{ours}</td><td className="end">{venues}</td></tr>)}</tbody>
        </table>
      )}
    </li>
  );
}

function Protection({ account, address }: { account: VenueAccount; address: string }) {
  const [editing, setEditing] = useState(false);
  const { protection } = account;
  const { bounds } = protection;
  if (editing) return <BoundsForm account={account} address={address} done={() => setEditing(false)} />;
  return (
    <section className={`card stack${protection.state === 'cannot' ? ' is-danger' : ''}`} style={{ gap: 12 }}>
      <div className="card-head"><h2>What protects it</h2><StateChip mark={accountMark(account)} /></div>
      <p>{protection.sentence}</p>
      {bounds !== null && (
        <Pairs
          rows={[
            ...(protection.actsAtUsePercent === null ? [] : [['Acts now at', `${percent(protection.actsAtUsePercent)} of its margin`] as const]),
            ['Between', `${percent(bounds.earliestUsePercent)} and ${percent(bounds.latestUsePercent)}`],
            ['May', listed([...(bounds.mayAddMargin ? ['add margin'] : []), ...(bounds.mayClose ? [`close up to ${percent(bounds.mostClosedPercent)}`] : [])])],
            ...(bounds.mayClose ? [['A close may lose', `at most ${percent(bounds.slippagePercent)}`] as const] : []),
          ]}
        />
      )}
      {account.state !== 'ended' && <div><button type="button" className={bounds === null ? 'button primary wide' : 'button'} onClick={() => setEditing(true)}>{bounds === null ? 'Protect this account' : 'Change'}</button></div>}
    </section>
  );
}

function KeyCard({ account, keyOf, address }: { account: VenueAccount; keyOf: VenueKey | undefined; address: string }) {
  const [ending, setEnding] = useState(false);
  const { busy, problem, run } = useTask();
  if (keyOf === undefined) return null;
  const end = (): Promise<boolean> => run(async () => {
    await ask<VenueKey>('DELETE', routes.venueKey(address, keyOf.name));
    cache.refresh(routes.derivatives(address));
  });
  return (
    <section className="card stack" style={{ gap: 12 }}>
      <div className="card-head"><h2>Its key</h2><StateChip mark={keyMark(keyOf.state)} /></div>
      {keyOf.warning !== null && <p className="small text2">{keyOf.warning}</p>}
      <Pairs
        rows={[
          ['May trade', listed(keyOf.limits.instruments)],
          ['Most of one position', dollars(keyOf.limits.maxNotionalUsd, 'up')],
          ['Most in a day', dollars(keyOf.limits.turnoverPerDayUsd, 'up'), 'bought and sold, reductions too'],
          ['Price', `within ${percent(keyOf.limits.maxPriceApartPercent)} of the mark`],
          ...(keyOf.endsAt === null ? [] : [['Ends', date(keyOf.endsAt)] as const]),
        ]}
      />
      {keyOf.state === 'connected' && <Link to={paths.connect(address, keyOf.name)} className="button primary">Read and accept</Link>}
      {keyOf.state !== 'ended' && <div><button type="button" className="button" onClick={() => setEnding(true)}>Take the key away</button></div>}
      <Dialog open={ending} title="Take this key away?" onClose={() => setEnding(false)}>
        <p>Ballast erases it for good, and hedges and protects nothing here any more. What the account of {account.venueName} holds stays as it is: an open hedge stays open and is yours to close.</p>
        <p className="text2">Delete the key at {account.venueName} too: that is what counts against a thief.</p>
        {problem !== null && <p className="problem-text" role="alert">{problem}</p>}
        <div className="row"><button type="button" className="button" onClick={() => setEnding(false)}>Keep</button><button type="button" className="button primary" disabled={busy} onClick={() => void end().then((done) => done && setEnding(false))}>Erase the key</button></div>
      </Dialog>
    </section>
  );
}

function Decisions({ address, id }: { address: string; id: string }) {
  const { value } = useOwnAnswer<HedgeDecisions>(address, routes.hedgeDecisions);
  const own = value?.items.filter(({ about, orders, moves }) => (about.kind === 'account' && about.account === id) || orders.some(({ account }) => account === id) || moves.some(({ account }) => account === id)).slice(0, 20);
  return (
    <section className="card detail-decisions">
      <div className="card-head"><h2>Decisions about it</h2><Link to={paths.hedgeActivity(address)} className="small">All of them</Link></div>
      {own?.length === 0 && <p className="text2" style={{ marginTop: 8 }}>None yet.</p>}
      <ul className="decision-list" style={{ marginTop: 6 }}>
        {own?.map((decision) => {
          const mark = hedgeDecisionMark(decision);
          return (
            <li key={decision.id}>
              <details>
                <summary>
                  <span className={`tone-${mark.tone}`}><ShapeIcon shape={mark.shape} size={16} /></span>
                  <span><b className="strong">{hedgeDecisionTitle(decision)}</b><span className="small text2 block">{decision.sentence}</span></span>
                  <time className="small text3 num nowrap" dateTime={decision.at}>{dateTime(decision.at)}</time>
                </summary>
                <div className="record"><HedgeDecisionRecord decision={decision} plain /></div>
              </details>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
