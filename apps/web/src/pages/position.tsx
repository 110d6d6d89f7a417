import { routes } from '../api/routes.js';
import type { Decision, Position, PositionHistory } from '../api/types.js';
import { PriceChart } from '../charts/price-chart.js';
import { AlertsCard } from '../components/alerts-card.js';
import { DecisionRecord, decisionTitle } from '../components/decision-record.js';
import { DistanceStrip } from '../components/distance-strip.js';
import { ShapeIcon } from '../components/icons.js';
import { Ago, Banner, ErrorState, Loading, Pairs } from '../components/parts.js';
import { OwnSwitch, StopBanners } from '../components/stops.js';
import { ProtectionCard } from '../components/protection-card.js';
import { Monogram, StateChip } from '../components/state-chip.js';
import { Link, paths } from '../router.js';
import { PageHead } from '../shell/shell.js';
import { useNow } from '../store/clock.js';
import { cache, useAnswer, useFollow, useStatus } from '../store/store.js';
import { chanceAt } from '../words/chance.js';
import { coinOf, distanceSign, liquidationSide, movesWhereBallastActs, protocolName, venueOf } from '../words/distance.js';
import { amount, cents, dollars, health, moves, percentDown, whole } from '../words/numbers.js';
import { BLIND, decisionMark, protectionMark, riskMark } from '../words/states.js';
import { dateSeconds, dateTime, duration } from '../words/times.js';

export function PositionPage({ address, id }: { address: string; id: string }) {
  useFollow(address);
  const { value: position, problem, readAt } = useAnswer<Position>(routes.position(id), 15_000);
  const { value: status } = useStatus();
  const blind = status?.chains.find((chain) => chain.chainId === position?.chainId && chain.blindSince !== null) ?? null;
  const crumbs = <><Link to={paths.positions(address)}>Positions</Link>{position && ` / ${protocolName(position.protocol)} · ${position.chainName}`}</>;
  if (!position) {
    return (
      <>
        <PageHead name="Position" headline={problem ? (problem.status === 404 ? 'This position is not known' : 'We could not load this page') : 'Reading this position'} crumbs={crumbs} />
        {problem ? <ErrorState problem={problem} again={() => cache.refresh(routes.position(id))} /> : <Loading what="The position is being read." rows={5} />}
      </>
    );
  }
  return (
    <>
      <PageHead
        name={position.pair}
        headline={position.pair}
        crumbs={crumbs}
        before={<Monogram protocol={position.protocol} large />}
        end={<>{!blind && <StateChip mark={riskMark(position.state)} />}<Protected position={position} blind={blind !== null} /></>}
      />
      {blind && <Blind chain={blind.name} position={position} />}
      {!blind && problem && readAt !== undefined && <Banner tone="blind" mark={BLIND} title="Old numbers">They were read <Ago at={new Date(readAt).toISOString()} />; Ballast does not answer this page right now and is asked again.</Banner>}
      <StopBanners account={position.account.toLowerCase()} />
      <div className="detail">
        <div className="stack">
          <History position={position} />
          <Decisions position={position} />
        </div>
        <div className="stack">
          <Sentence position={position} blind={blind !== null} />
          {position.state !== 'no-debt' && <Distance position={position} blind={blind !== null} />}
          <ProtectionCard position={position} blind={blind !== null} />
          <Holdings position={position} />
          {position.protection.mandateHash !== null && <OwnSwitch account={position.account.toLowerCase()} />}
          <AlertsCard account={position.account} />
        </div>
      </div>
    </>
  );
}

function Protected({ position, blind }: { position: Position; blind: boolean }) {
  const now = useNow();
  const mark = protectionMark(position.protection.state);
  const age = now - Date.parse(position.observedAt);
  // Whether the rule could run now is not known while we cannot see.
  if (blind) return <StateChip mark={BLIND} word={`Last check ${duration(age)} ago`} />;
  return <StateChip mark={mark} word={position.protection.state === 'armed' ? `Armed, last check ${duration(age)} ago` : undefined} />;
}

function Blind({ chain, position }: { chain: string; position: Position }) {
  const now = useNow();
  const venue = venueOf(position.protocol);
  return (
    <Banner tone="blind" mark={BLIND} title={`We cannot see ${chain} right now`} action={<a className="button" href={venue.site} target="_blank" rel="noreferrer">Open {venue.name}</a>}>
      These numbers are {duration(now - Date.parse(position.observedAt))} old. Use {venue.name} directly if you must act.
    </Banner>
  );
}

function Sentence({ position, blind }: { position: Position; blind: boolean }) {
  const { protection } = position;
  return (
    <section className="card detail-sentence">
      <p className="lead">{position.sentence}</p>
      {blind && <p className="text2" style={{ marginTop: 6 }}>While the chain cannot be seen, Ballast does not act. It goes on by itself.</p>}
      {!blind && protection.state === 'armed' && protection.actsAtPriceUsd !== null && <p className="text2" style={{ marginTop: 6 }}>Ballast acts first, at {dollars(protection.actsAtPriceUsd, 'up')}.</p>}
      {protection.state === 'none' && position.state !== 'no-debt' && <p className="text2" style={{ marginTop: 6 }}>Ballast watches it. Nobody acts before {venueOf(position.protocol).name} may.</p>}
    </section>
  );
}

function Distance({ position, blind }: { position: Position; blind: boolean }) {
  const acts = movesWhereBallastActs(position);
  const tone = blind ? 'blind' : riskMark(position.state).tone;
  const { volatility } = position;
  return (
    <section className="card detail-distance">
      <div className="hero">
        <div><span>Health</span><b>{health(position.health)}</b></div>
        <div className="end"><span>Distance</span><b className={`tone-${tone}`}>{position.distancePercent === null ? '—' : `${distanceSign(position)}${percentDown(position.distancePercent)}`}</b></div>
      </div>
      <DistanceStrip position={position} blind={blind} />
      <p className="small text2" style={{ marginTop: 8 }}>
        {position.dailyMoves === null ? 'How far it is cannot be told.' : `${moves(position.dailyMoves)} typical daily moves away.`}
        {acts !== null && position.protection.actsAtHealth !== null && ` Ballast acts at ${moves(acts)} (health ${health(position.protection.actsAtHealth)}).`}
      </p>
      <dl className="chances">
        {([[24, '24 h'], [168, '7 days'], [720, '30 days']] as const).map(([hours, words]) => (
          <div key={hours}><dt>{words}</dt><dd>{chanceAt(position.chances, hours)?.shown ?? '—'}</dd></div>
        ))}
      </dl>
      <p className="small text2" style={{ marginTop: 4 }}>Chance of liquidation if nobody acts</p>
      <details style={{ marginTop: 8 }}>
        <summary className="small text2">How this is computed</summary>
        <p className="small text2" style={{ marginTop: 6 }}>
          {position.model}. Volatility {volatility.annualPercent.toFixed(0)}% a year, {volatility.kind === 'measured' ? `measured on ${whole(volatility.samples)} prices` : 'assumed, since too few prices were kept'}.
          {position.oldestPriceAgeSeconds !== null && ` The oldest price was ${duration(position.oldestPriceAgeSeconds * 1_000)} old by the chain’s clock.`} Read at block {whole(position.blockNumber)}.
        </p>
      </details>
    </section>
  );
}

function Holdings({ position }: { position: Position }) {
  const coin = coinOf(position);
  return (
    <section className="card">
      <Pairs
        rows={[
          ...position.collaterals.map((leg) => [
            position.collaterals.length === 1 ? 'Collateral' : `Collateral ${leg.asset.symbol}`,
            amount(leg.amount, leg.asset.symbol),
            <>{dollars(leg.valueUsd, 'down')}{leg.enabledAsCollateral === false && ', not used as collateral'}{leg.priceUsd !== null && <> at {cents(leg.priceUsd)}</>}<MarketNote market={leg.market} />{leg.priceUpdatedAt !== null && <>, {chainAge(position.blockTime, leg.priceUpdatedAt)} old</>}</>,
          ] as const),
          ...position.debts.map((leg) => [position.debts.length === 1 ? 'Debt' : `Debt ${leg.asset.symbol}`, amount(leg.amount, leg.asset.symbol), <>{dollars(leg.valueUsd, 'up')}{leg.priceUsd !== null && <> at {cents(leg.priceUsd)}</>}<MarketNote market={leg.market} />{leg.priceUpdatedAt !== null && <>, {chainAge(position.blockTime, leg.priceUpdatedAt)} old</>}</>] as const),
          ['Liquidation price', position.liquidationPriceUsd === null ? '—' : `${coin} ${dollars(position.liquidationPriceUsd, liquidationSide(position))}`],
          ['If liquidated, you lose', position.state === 'no-debt' ? '—' : dollars(position.lossIfLiquidatedUsd, 'up')],
          ...position.wallet.map((held) => [`${held.asset.symbol} in the wallet`, amount(held.balance, held.asset.symbol), `Ballast may use ${amount(held.allowance, held.asset.symbol)}`] as const),
          ...(position.eMode === null ? [] : [['E-mode', position.eMode] as const]),
          ['Seen', <Ago key="seen" at={position.observedAt} />, `block ${whole(position.blockNumber)}, ${dateSeconds(position.blockTime)} UTC`],
        ]}
      />
    </section>
  );
}

/** A price's age by the chain's own clock at the block that it was read at. */
const chainAge = (blockTime: string, priceTime: string): string => duration(Date.parse(blockTime) - Date.parse(priceTime));

function History({ position }: { position: Position }) {
  const { value: history } = useAnswer<PositionHistory>(routes.history(position.id));
  const { value: decisions } = useAnswer<Decision[]>(routes.decisions(position.id));
  if (!history) return <Loading what="The price history is being read." rows={6} />;
  return <PriceChart position={position} samples={history.samples} decisions={decisions ?? []} />;
}

function Decisions({ position }: { position: Position }) {
  const { value: decisions } = useAnswer<Decision[]>(routes.decisions(position.id));
  const actions = decisions?.filter((decision) => decision.kind === 'act') ?? [];
  return (
    <section className="card detail-decisions">
      <div className="card-head"><h2>This position’s decisions</h2><Link to={paths.activity(position.account.toLowerCase())} className="small">All activity</Link></div>
      {decisions?.length === 0 && <p className="text2" style={{ marginTop: 8 }}>None yet. With a mandate, each check is kept here, also those that ended in waiting.</p>}
      <ul className="decision-list" style={{ marginTop: 6 }}>
        {decisions?.slice(0, 20).map((decision) => {
          const mark = decisionMark(decision);
          return (
            <li key={decision.id}>
              <details open={decision === actions[0]}>
                <summary>
                  <span className={`tone-${mark.tone}`}><ShapeIcon shape={mark.shape} size={16} /></span>
                  <span><b className="strong">{decision.kind === 'act' ? decisionTitle(decision) : mark.word}</b><span className="small text2" style={{ display: 'block' }}>{decision.sentence}</span></span>
                  <time className="small text3 num nowrap" dateTime={decision.createdAt}>{dateTime(decision.createdAt)}</time>
                </summary>
                <div className="record">
                  <DecisionRecord decision={decision} plain />
                  <p style={{ marginTop: 10 }}><Link to={paths.activity(position.account.toLowerCase(), decision.id)} className="small">Open this record</Link></p>
                </div>
              </details>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** The market's price beside the protocol's; in colour where they are apart. */
function MarketNote({ market }: { market: Position['collaterals'][number]['market'] }) {
  if (market?.priceUsd == null) return null;
  const apart = market.state === 'disagrees' && market.gapPercent !== null;
  return <span className={apart ? 'tone-watch' : undefined}>, {cents(market.priceUsd)} on the market{apart && ` (the protocol is ${market.gapPercent}% ${market.protocolIs ?? 'from it'})`}</span>;
}
