import type { MouseEvent } from 'react';
import type { Derivatives, VenueAccount, VenueEnvironment } from '../api/types.js';
import { Ago, Banner } from '../components/parts.js';
import { Monogram, StateChip } from '../components/state-chip.js';
import { Link, go, paths } from '../router.js';
import { useDerivatives } from '../store/store.js';
import { accountMark, hedgeMark, keyMark, liquidationInWords, marginTone, nearestPosition, positionInWords } from '../words/hedging.js';
import { listed, percent, percentDown, times } from '../words/numbers.js';
import { BLIND } from '../words/states.js';
import { MarginStrip } from './margin-strip.js';
import { PaperBadge } from './environment.js';

/** What of the owner's derivative accounts and hedges has a rule that cannot run, or cannot be seen; at the top of the page, for it outranks all else. */
export function VenueAlarms({ address }: { address: string }) {
  const { value } = useDerivatives(address);
  return value === undefined ? null : <AlarmsOf derivatives={value} address={address} />;
}

export function AlarmsOf({ derivatives, address }: { derivatives: Pick<Derivatives, 'accounts' | 'hedges'>; address: string }) {
  const name = ({ environment, venueName }: VenueAccount): string => `${environment === 'paper' ? 'paper account' : 'account'} at ${venueName}`;
  return (
    <>
      {derivatives.accounts.filter(({ state, protection }) => state !== 'ended' && protection.state === 'cannot').map((account) => (
        <Banner key={account.id} tone="danger" mark={accountMark({ ...account, state: 'read' })} title={`Ballast cannot act on your ${name(account)}`} action={<Link to={paths.venueAccount(address, account.id)} className="button primary">See what to do</Link>}>{account.protection.sentence} {account.sentence}</Banner>
      ))}
      {derivatives.hedges.filter(({ state }) => state === 'cannot').map((hedge) => (
        <Banner key={hedge.id} tone="danger" mark={hedgeMark('cannot')} title={`Your ${hedge.environment === 'paper' ? 'paper hedge' : 'hedge'} of ${hedge.underlying} cannot be traded`} action={<Link to={paths.portfolio(address)} className="button primary">See what to do</Link>}>{hedge.sentence}</Banner>
      ))}
      {derivatives.accounts.filter(({ state, protection }) => state === 'unread' && protection.state !== 'cannot').map((account) => (
        <Banner key={account.id} tone="blind" mark={BLIND} title={`We cannot read your ${name(account)} right now`}>{account.unreadWhy ?? 'The venue does not answer.'} Use {account.venueName} directly if you must act.</Banner>
      ))}
    </>
  );
}

/** The owner's derivative accounts beside his loans, live before paper and never as one; nothing to who is not the owner. */
export function VenueAccounts({ address }: { address: string }) {
  const { value } = useDerivatives(address);
  if (value === undefined) return null;
  const waiting = value.keys.filter(({ state }) => state === 'new' || state === 'connected' || state === 'refused');
  return (
    <section className="venue-accounts">
      <div className="card-head" style={{ padding: '4px 2px 8px' }}><h2>Derivative accounts</h2><Link to={paths.connect(address)} className="button small">Connect a venue</Link></div>
      {waiting.map((key) => (
        <Link key={key.name} to={paths.connect(address, key.name)} className="card waiting-key">
          <StateChip mark={keyMark(key.state)} /><span><b className="strong">{key.venueName}</b> · {key.label}</span><PaperBadge environment={key.environment} />
          <span className="text2">{key.state === 'connected' ? 'Read what it could lose, and accept it' : key.state === 'refused' ? (key.why ?? 'The venue refused it') : 'The key is being tried'}</span>
        </Link>
      ))}
      {(['live', 'paper'] as const).map((environment) => <OfEnvironment key={environment} address={address} environment={environment} accounts={value.accounts.filter((account) => account.environment === environment)} />)}
      {value.accounts.length === 0 && waiting.length === 0 && <p className="text2" style={{ padding: '0 2px 12px' }}>None is connected. A trade-only key of a sub-account lets Ballast watch it, protect it, and hedge with it.</p>}
    </section>
  );
}

function OfEnvironment({ address, environment, accounts }: { address: string; environment: VenueEnvironment; accounts: readonly VenueAccount[] }) {
  if (accounts.length === 0) return null;
  return (
    <>
      <section className="card flush positions-table-card">
        <table className="table positions-table fixed">
          <caption className="sr">{environment === 'paper' ? 'Paper accounts' : 'Derivative accounts'}</caption>
          <thead>
            <tr>
              <th scope="col" style={{ width: '26%' }}>Account</th><th scope="col" className="end" style={{ width: '9%' }}>Margin</th><th scope="col" style={{ width: '21%' }}><span style={{ marginLeft: 8 }}>Margin left</span></th>
              <th scope="col" className="end">To liquidation</th><th scope="col" className="end">Liquidation price</th><th scope="col" style={{ width: '20%' }}>Protection</th>
            </tr>
          </thead>
          <tbody>{accounts.map((account) => <Row key={account.id} account={account} address={address} />)}</tbody>
        </table>
      </section>
      <div className="position-cards">{accounts.map((account) => <Card key={account.id} account={account} address={address} />)}</div>
    </>
  );
}

/** What an account is about, under its name. */
const holds = ({ positions, label }: VenueAccount): string => (positions.length === 0 ? `${label} · holds nothing` : listed(positions.slice(0, 2).map(positionInWords)) + (positions.length > 2 ? ` and ${positions.length - 2} more` : ''));

/** The signed distance of what is liquidated first, without the price. */
function distanceOf(account: VenueAccount): string {
  const nearest = nearestPosition(account.positions);
  return nearest === null ? '—' : `${nearest.side === 'short' ? '+' : '−'}${percentDown(nearest.liquidation.distancePercent)}`;
}
const toneOf = (account: VenueAccount): string => (nearestPosition(account.positions) === null ? 'plain' : marginTone(account));
function priceOf(account: VenueAccount): string {
  const nearest = nearestPosition(account.positions);
  return nearest === null ? '—' : `${nearest.underlying} ${liquidationInWords({ side: nearest.side, liquidation: { ...nearest.liquidation, distancePercent: null } })}`;
}

function Row({ account, address }: { account: VenueAccount; address: string }) {
  const to = paths.venueAccount(address, account.id);
  const open = (event: MouseEvent): void => {
    if (event.target instanceof Element && !event.target.closest('a, button')) go(to);
  };
  return (
    <tr className={account.protection.state === 'cannot' ? 'is-danger' : undefined} onClick={open}>
      <td>
        <span className="who">
          <Monogram protocol={account.venueName} />
          <span><span className="row" style={{ gap: 8 }}><Link to={to}>{account.venueName}</Link><PaperBadge environment={account.environment} /></span><span className="small text2 block">{holds(account)}</span></span>
        </span>
      </td>
      <td className="end health">{account.positions.length === 0 ? '—' : times(account.marginRatio)}</td>
      <td><MarginStrip account={account} /></td>
      <td className="end"><span className={`figure tone-${toneOf(account)}`}>{distanceOf(account)}</span></td>
      <td className="end">{priceOf(account)}</td>
      <td><StateChip mark={accountMark(account)} /><span className="small text2 block" style={{ marginTop: 4 }}><Under account={account} /></span></td>
    </tr>
  );
}

/** The line under an account's chip. */
function Under({ account }: { account: VenueAccount }) {
  const { protection } = account;
  if (account.state === 'unread') return <>{account.unreadWhy ?? 'The venue does not answer'}{account.readAt !== null && <>; seen <Ago at={account.readAt} /></>}</>;
  if (protection.state === 'armed' && protection.actsAtUsePercent !== null) return <>Acts at {percent(protection.actsAtUsePercent)} of its margin</>;
  if (protection.state === 'off') return <>Acts here for hedges alone</>;
  return <>{protection.sentence}</>;
}

function Card({ account, address }: { account: VenueAccount; address: string }) {
  return (
    <Link to={paths.venueAccount(address, account.id)} className={`card position-card${account.protection.state === 'cannot' ? ' is-danger' : ''}`}>
      <span className="card-head">
        <span className="who"><Monogram protocol={account.venueName} /><span><b className="strong">{account.venueName}</b><span className="small text2 block">{holds(account)}</span></span></span>
        <span className="row" style={{ gap: 6 }}><PaperBadge environment={account.environment} /><StateChip mark={accountMark(account)} /></span>
      </span>
      {account.positions.length > 0 && (
        <>
          <MarginStrip account={account} />
          <span className="position-card-foot">
            <span><b className={`strong tone-${toneOf(account)}`} style={{ fontSize: 17 }}>{distanceOf(account)}</b> <span className="text2">{priceOf(account)}</span></span>
            <span className="end"><b className="strong num block">{times(account.marginRatio)}</b><span className="small text2">margin</span></span>
          </span>
        </>
      )}
    </Link>
  );
}
