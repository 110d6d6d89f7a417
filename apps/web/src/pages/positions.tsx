import { Suspense, lazy, type MouseEvent } from 'react';
import { routes } from '../api/routes.js';
import type { AccountPositions, Activity, ChainStatus, Position } from '../api/types.js';
import { DistanceStrip, StripScale } from '../components/distance-strip.js';
import { ShapeIcon } from '../components/icons.js';
import { AddressText, Ago, Banner, ErrorState, Loading } from '../components/parts.js';
import { Monogram, StateChip } from '../components/state-chip.js';
import { Link, go, paths } from '../router.js';
import { PageHead } from '../shell/shell.js';
import { useNow } from '../store/clock.js';
import { cache, useAnswer, useIsOwner, usePositions, useStatus } from '../store/store.js';
import { chanceAt, chanceInWords, highestChance } from '../words/chance.js';
import { Together } from '../components/together.js';
import { PROTOCOLS_IN_WORDS, coinOf, distanceSign, protocolName, venueOf } from '../words/distance.js';
import { blindChain, positionsHeadline, weakestFirst, type PositionsView } from '../words/headline.js';
import { dollars, health, moves, percentDown } from '../words/numbers.js';
import { BLIND, activityMark, protectionMark, riskMark } from '../words/states.js';
import { dateTime, duration } from '../words/times.js';
import { totalsOf } from '../words/totals.js';

export function PositionsPage({ address }: { address: string }) {
  const { value: account, problem, readAt } = usePositions(address);
  const { value: status } = useStatus();
  const blind = blindChain(status);
  const unwatched = problem?.status === 404;
  const view: PositionsView = account ? { kind: 'known', account, blindOn: blind?.name ?? null } : problem && !unwatched ? { kind: 'error' } : { kind: 'loading' };
  return (
    <>
      <PageHead name="Positions" headline={positionsHeadline(view)} end={<span className="text2 small">of <AddressText address={address} /></span>} />
      {!account && problem && !unwatched && <ErrorState problem={problem} again={() => cache.refresh(routes.positions(address))} />}
      {!account && (!problem || unwatched) && <Loading what="The address is being read from the chain." rows={4} />}
      {account && problem && readAt !== undefined && <Old since={readAt} />}
      {account && <Known account={account} blind={blind} />}
    </>
  );
}

function Old({ since }: { since: number }) {
  useNow();
  return <Banner tone="blind" mark={BLIND} title={`These numbers were read ${duration(Date.now() - since)} ago`}>Ballast does not answer this page right now; it tries again by itself. Your protection runs elsewhere.</Banner>;
}

function Known({ account, blind }: { account: AccountPositions; blind: ChainStatus | null }) {
  const { value: status } = useStatus();
  const positions = weakestFirst(account.positions);
  const weakest = positions[0];
  if (weakest === undefined) {
    if (account.state === 'reading') return <Loading what="The address is being read from the chain. This takes a block or two." rows={4} />;
    return (
      <>
        <Accounts address={account.account.toLowerCase()} alarms />
        <section className="card stack tight">
          <p>We looked on {status?.chains.map((chain) => chain.name).join(', ') ?? 'every chain we watch'}, in {PROTOCOLS_IN_WORDS}. Ballast keeps looking: a loan that this address takes appears here by itself.</p>
          <div><Link to="/" className="button small">Try another address</Link></div>
        </section>
        <Accounts address={account.account.toLowerCase()} />
      </>
    );
  }
  return (
    <>
      <Banners positions={positions} blind={blind} />
      <Accounts address={account.account.toLowerCase()} alarms />
      <Tiles positions={positions} />
      <PositionTable positions={positions} blind={blind !== null} />
      <h2 className="phone-only" style={{ padding: '2px 2px 8px' }}>Positions, weakest first</h2>
      <div className="position-cards">{positions.map((position) => <PositionCard key={position.id} position={position} blind={blind !== null} />)}</div>
      <Together address={account.account} />
      {weakest.state === 'no-debt' ? <p className="legend" /> : <Legend weakest={weakest} />}
      <Accounts address={account.account.toLowerCase()} />
      <RecentEvents address={account.account} />
    </>
  );
}

const VenueAccounts = lazy(() => import('../hedging/venue-accounts.js').then((part) => ({ default: part.VenueAccounts })));
const VenueAlarms = lazy(() => import('../hedging/venue-accounts.js').then((part) => ({ default: part.VenueAlarms })));

/** Derivative accounts, for the owner alone: their alarms, or all of them. */
function Accounts({ address, alarms = false }: { address: string; alarms?: boolean }) {
  if (!useIsOwner(address)) return null;
  return <Suspense fallback={null}>{alarms ? <VenueAlarms address={address} /> : <VenueAccounts address={address} />}</Suspense>;
}

function Banners({ positions, blind }: { positions: readonly Position[]; blind: ChainStatus | null }) {
  const now = useNow();
  const exposed = positions.find((position) => position.protection.state === 'not-protected');
  const weakest = positions[0];
  const oldest = Math.min(...positions.map((position) => Date.parse(position.observedAt)));
  const venue = venueOf(weakest?.protocol ?? 'aave-v3');
  return (
    <>
      {exposed && (
        <Banner
          tone="danger"
          mark={protectionMark('not-protected')}
          title={`Ballast cannot act on your ${venueOf(exposed.protocol).name} loan${positions.length > 1 && exposed === weakest ? ', the one nearest to liquidation' : ''}`}
          action={<Link to={paths.position(exposed.account.toLowerCase(), exposed.id)} className="button primary">See what to do</Link>}
        >
          {exposed.protection.sentence}{exposed.protection.since !== null && ` Since ${dateTime(exposed.protection.since)} UTC.`} {exposureOf(exposed)}
        </Banner>
      )}
      {blind && (
        <Banner tone="blind" mark={BLIND} title={`We cannot see ${blind.name} right now`} action={<a className="button" href={venue.site} target="_blank" rel="noreferrer">Open {venue.name}</a>}>
          These numbers are {duration(now - oldest)} old. Use {venue.name} directly if you must act.
        </Banner>
      )}
    </>
  );
}

/** How near and how likely, in a sentence; nothing where nothing is known. */
function exposureOf(position: Position): string {
  if (position.state === 'liquidatable') return `${venueOf(position.protocol).name} may liquidate it now.`;
  if (position.distancePercent === null) return '';
  const words = chanceInWords(chanceAt(position.chances, 24));
  return `A ${percentDown(position.distancePercent)} ${position.distanceDirection ?? 'fall'} in ${coinOf(position)} liquidates it${words === null ? '' : `; within a day that is ${words}`}.`;
}

function Tiles({ positions }: { positions: readonly Position[] }) {
  const totals = totalsOf(positions);
  const chance = highestChance(positions.map((position) => chanceAt(position.chances, 24)));
  const alarming = chance !== undefined && (chance.probability ?? 0) >= 0.01;
  return (
    <dl className="tiles">
      <div className="tile"><dt>Your equity</dt><dd>{dollars(totals.equityUsd, 'down')}</dd></div>
      <div className="tile"><dt>Total debt</dt><dd>{dollars(totals.debtUsd, 'up')}</dd></div>
      <div className="tile"><dt>{positions.length === 1 ? 'Chance of liquidation, 24 h' : 'Highest chance, 24 h'}</dt><dd className={alarming ? 'tone-danger' : undefined}>{chance?.shown ?? '—'}</dd></div>
      <div className="tile"><dt>If liquidated, you lose</dt><dd>{dollars(totals.lossUsd, 'up')}</dd></div>
      <div className="tile"><dt>Rescue funds in your wallet</dt><dd>{dollars(totals.walletUsd, 'down')}</dd></div>
    </dl>
  );
}

const toneOf = (position: Position, blind: boolean): string => (blind ? 'blind' : riskMark(position.state).tone);
const isDanger = (position: Position): boolean => position.protection.state === 'not-protected' || position.state === 'liquidatable' || position.state === 'danger';

function PositionTable({ positions, blind }: { positions: readonly Position[]; blind: boolean }) {
  return (
    <section className="card flush positions-table-card">
      <table className="table positions-table">
        <caption className="sr">Positions, weakest first</caption>
        <thead>
          <tr>
            <th scope="col" style={{ width: '22%' }}>Position</th>
            <th scope="col" className="end">Health</th>
            <th scope="col" style={{ width: '20%' }}><span style={{ marginLeft: 8 }}>Distance, in typical daily moves</span><StripScale /></th>
            <th scope="col" className="end">To liquidation</th>
            <th scope="col" className="end">24 h</th>
            <th scope="col" className="end">7 d</th>
            <th scope="col" className="end">30 d</th>
            <th scope="col" className="end">If liquidated</th>
            <th scope="col" style={{ width: '17%' }}>Protection</th>
          </tr>
        </thead>
        <tbody>
          {positions.map((position) => {
            const to = paths.position(position.account.toLowerCase(), position.id);
            const open = (event: MouseEvent): void => {
              if (!(event.target instanceof Element) || event.target.closest('a, button')) return;
              go(to);
            };
            return (
              <tr key={position.id} className={isDanger(position) ? 'is-danger' : undefined} onClick={open}>
                <td>
                  <span className="who">
                    <Monogram protocol={position.protocol} />
                    <span>
                      <span><Link to={to}>{protocolName(position.protocol)}</Link> <span className="text3">· {position.chainName}</span></span>
                      <span className="small text2" style={{ display: 'block' }}>{position.pair}</span>
                    </span>
                  </span>
                </td>
                <td className="end health">{position.state === 'no-debt' ? 'No debt' : health(position.health)}</td>
                <td>{position.state !== 'no-debt' && <DistanceStrip position={position} blind={blind} />}</td>
                <td className="end">
                  <span className={`figure tone-${toneOf(position, blind)}`}>{position.distancePercent === null ? '—' : `${distanceSign(position)}${percentDown(position.distancePercent)}`}</span>
                  <span className="small text2" style={{ display: 'block' }}>{position.dailyMoves === null ? '' : `${moves(position.dailyMoves)} moves`}</span>
                </td>
                {[24, 168, 720].map((hours, index) => <td key={hours} className={`end${index > 0 ? ' text2' : ''}`}>{chanceAt(position.chances, hours)?.shown ?? '—'}</td>)}
                <td className="end">{dollars(position.lossIfLiquidatedUsd, 'up')}</td>
                <td><ProtectionCell position={position} blind={blind} /></td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function ProtectionCell({ position, blind }: { position: Position; blind: boolean }) {
  const { protection } = position;
  return (
    <>
      <StateChip mark={blind ? BLIND : protectionMark(protection.state)} />
      <span className="small text2" style={{ display: 'block', marginTop: 4 }}>{protectionLine(position, blind)}</span>
    </>
  );
}

/** The line under the protection's chip. */
function protectionLine(position: Position, blind: boolean) {
  const { protection } = position;
  if (blind) return <>seen <Ago at={position.observedAt} /></>;
  if (protection.state === 'armed' && protection.actsAtPriceUsd !== null) return `Acts at ${coinOf(position)} ${dollars(protection.actsAtPriceUsd, 'up')}`;
  if (protection.state === 'armed' && protection.actsAtHealth !== null) return `Acts at health ${health(protection.actsAtHealth)}`;
  if (protection.state === 'none') return 'Watched, nobody acts';
  return protection.sentence;
}

function PositionCard({ position, blind }: { position: Position; blind: boolean }) {
  const chance = chanceAt(position.chances, 24);
  return (
    <Link to={paths.position(position.account.toLowerCase(), position.id)} className={`card position-card${isDanger(position) ? ' is-danger' : ''}`}>
      <span className="card-head">
        <span className="who"><Monogram protocol={position.protocol} /><span><b className="strong">{protocolName(position.protocol)}</b><span className="small text2" style={{ display: 'block' }}>{position.pair}</span></span></span>
        <StateChip mark={blind ? BLIND : protectionMark(position.protection.state)} />
      </span>
      {position.state === 'no-debt' ? <p style={{ marginTop: 12 }}>{position.sentence}</p> : (
        <>
          <DistanceStrip position={position} blind={blind} />
          <span className="position-card-foot">
            <span><b className={`strong tone-${toneOf(position, blind)}`} style={{ fontSize: 17 }}>{position.distancePercent === null ? '—' : `${distanceSign(position)}${percentDown(position.distancePercent)}`}</b> <span className="text2">· {moves(position.dailyMoves)} daily moves away</span></span>
            <span className="end"><b className="strong num" style={{ display: 'block' }}>{chance?.shown ?? '—'}</b><span className="small text2">chance, 24 h</span></span>
          </span>
        </>
      )}
    </Link>
  );
}

function Legend({ weakest }: { weakest: Position }) {
  const daily = weakest.volatility.annualPercent / Math.sqrt(365);
  return (
    <p className="legend">
      <span><i className="pin" />where Ballast acts</span>
      <span><i className="bar" />liquidation</span>
      <span>One typical daily move of {coinOf(weakest)} is {daily.toFixed(1)}% today{weakest.volatility.kind === 'assumed' ? ' (assumed)' : ''}. Chances: {weakest.model}.</span>
    </p>
  );
}

function RecentEvents({ address }: { address: string }) {
  const { value: activity } = useAnswer<Activity>(routes.activity(address.toLowerCase()));
  const items = activity?.items.slice(0, 3) ?? [];
  if (items.length === 0) return null;
  return (
    <section aria-label="Recent events" className="event-cards">
      {items.map((item) => {
        const mark = activityMark(item);
        return (
          <Link key={item.id} to={paths.activity(address.toLowerCase(), item.decisionId ?? item.id)} className="card event-card">
            <span className={`tone-${mark.tone}`}><ShapeIcon shape={mark.shape} size={16} /></span>
            <span><b>{item.title}</b><span className="small text2">{item.detail === '' ? `${dateTime(item.at)} UTC` : item.detail}</span></span>
          </Link>
        );
      })}
    </section>
  );
}
