import { useMemo, useRef, useState } from 'react';
import { ApiProblem, ask } from '../api/client.js';
import { routes } from '../api/routes.js';
import type { Position, PositionHistory } from '../api/types.js';
import { DistanceStrip } from '../components/distance-strip.js';
import { Icon } from '../components/icons.js';
import { AddressText, ErrorState, Loading } from '../components/parts.js';
import { StateChip } from '../components/state-chip.js';
import { onReplayHours, startBounds, until } from '../demo/chart-data.js';
import { InboxPane, WebhookPane } from '../demo/inbox-pane.js';
import { Outcome } from '../demo/outcome.js';
import { ReplayChart } from '../demo/replay-chart.js';
import type { DemoAccount, DemoState, DemoVariant } from '../demo/types.js';
import { Link, paths } from '../router.js';
import { PageHead } from '../shell/shell.js';
import { cache, useAnswer, useConfig, usePositions, useRefresh } from '../store/store.js';
import { chanceAt } from '../words/chance.js';
import { coinOf, distanceSign, liquidationSide } from '../words/distance.js';
import { playHeadline } from '../words/headline.js';
import { amount, dollars, health, percentDown } from '../words/numbers.js';
import { protectionMark, riskMark } from '../words/states.js';

/** The crash player: two equal loans, one with a mandate, meet the same two days. Only in the demo. */
export function PlayPage() {
  const { value: config, problem: noConfig } = useConfig();
  const path = config?.demo ? routes.demoState : null;
  const answer = useAnswer<DemoState>(path);
  useRefresh(path, answer.value?.phase === 'playing' ? 400 : 1_000);
  const state = answer.value;
  if (config?.demo === false) {
    return (
      <>
        <PageHead name="Crash player" headline="The crash player runs on a local chain only" />
        <p className="text2">Start Ballast on your own machine with <code>npm start</code>: it brings a chain, a market and two accounts.</p>
      </>
    );
  }
  return (
    <>
      <PageHead name="Crash player" headline={playHeadline(state)} />
      {!state && (answer.problem ?? noConfig) && (answer.problem?.code === 'demo-not-ready' ? <Loading what="The demo is still being prepared. It opens here by itself." /> : <ErrorState problem={(answer.problem ?? noConfig) as ApiProblem} again={() => cache.refresh(routes.demoState)} />)}
      {!state && !answer.problem && !noConfig && <Loading what="The demo is being asked." />}
      {state && <Player key={state.accounts.protected.address} state={state} />}
    </>
  );
}

function Player({ state }: { state: DemoState }) {
  const kept = usePositions(state.accounts.protected.address.toLowerCase()).value?.positions[0];
  const twin = usePositions(state.accounts.twin.address.toLowerCase()).value?.positions[0];
  return (
    <div className="stack">
      <Controls state={state} />
      {state.phase === 'done' && state.outcome && <Outcome state={state} outcome={state.outcome} keptPosition={kept?.id ?? null} />}
      <div className="twins">
        <Twin account={state.accounts.protected} position={kept} protectedByBallast />
        <Twin account={state.accounts.twin} position={twin} protectedByBallast={false} />
      </div>
      <section className="card">
        <h2 style={{ marginBottom: 8 }}>One price for both</h2>
        <Chart state={state} kept={kept} twin={twin} />
      </section>
      <div className="panes">
        <InboxPane />
        <WebhookPane />
      </div>
    </div>
  );
}

function Controls({ state }: { state: DemoState }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const send = async (path: string, body: { variant?: DemoVariant }): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await ask<DemoState>('POST', path, body);
      cache.refresh(routes.demoState);
    } catch (error) {
      setProblem(error instanceof ApiProblem ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  const replay = (variant: DemoVariant): void => void send('/v1/demo/replay', { variant });
  const label = state.path[Math.max(0, Math.min(state.hour, state.path.length - 1))]?.label;
  return (
    <section className="card">
      {state.phase === 'idle' && (
        <>
          <p style={{ marginBottom: 12, maxWidth: 760 }}>Both accounts hold the same loan. One owner signed a mandate, the other did not. The price follows {state.scenario.title}, scaled to today; a liquidator that knows nothing of Ballast waits for both.</p>
          <div className="play-controls">
            <button type="button" className="button primary" disabled={busy} onClick={() => replay('spread')}><Icon name="play" size={13} />Replay 12-13 March 2020</button>
            <button type="button" className="button" disabled={busy} onClick={() => replay('raw')}>with the raw −20.9% hour in one step</button>
            <span className="small text2">About two minutes.</span>
          </div>
        </>
      )}
      {state.phase === 'preparing' && <p role="status">A fresh pair of accounts takes the same loan, and one of them signs. This takes some seconds.</p>}
      {state.phase === 'playing' && (
        <p><b className="strong num">{label === undefined ? '' : `${label}, `}ETH {dollars(state.priceUsd)}</b> <span className="text2">{state.variant === 'raw' ? 'With the raw −20.9% hour in one step.' : 'Each hour in steps of at most half a percent, as an oracle updates.'}</span></p>
      )}
      {state.phase === 'failed' && <p className="problem-text" style={{ marginBottom: 12 }}>{state.error ?? 'No reason is known.'}</p>}
      {(state.phase === 'done' || state.phase === 'failed') && (
        <div className="play-controls">
          <button type="button" className="button primary" disabled={busy} onClick={() => void send('/v1/demo/reset', {})}>Start over</button>
          <span className="text2">A fresh pair of accounts takes the same loan.{state.phase === 'done' && (state.variant === 'raw' ? ' This was the variant with the raw −20.9% hour in one step.' : ' Then try the raw −20.9% hour in one step.')}</span>
        </div>
      )}
      {(state.phase === 'playing' || state.phase === 'done') && (
        <div className="progress" role="progressbar" aria-label="Replay" aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(state.progress * 100)}><span style={{ width: `${(state.progress * 100).toFixed(1)}%` }} /></div>
      )}
      {problem !== null && <p className="problem-text" role="alert" style={{ marginTop: 8 }}>{problem}</p>}
    </section>
  );
}

function Twin({ account, position, protectedByBallast }: { account: DemoAccount; position: Position | undefined; protectedByBallast: boolean }) {
  const address = account.address.toLowerCase();
  const head = (
    <div className="card-head">
      <span><h2><Link to={paths.positions(address)}>{account.label}</Link></h2><AddressText address={account.address} /></span>
      {position && <span className="row"><StateChip mark={riskMark(position.state)} /><StateChip mark={protectionMark(position.protection.state)} /></span>}
    </div>
  );
  if (!position) return <section className="card stack">{head}<p className="text2">Its loan is being read.</p></section>;
  const debt = position.debts[0];
  const collateral = position.collaterals[0];
  return (
    <section className={`card${position.state === 'danger' || position.state === 'liquidatable' ? ' is-danger' : ''}`} aria-label={protectedByBallast ? 'With Ballast' : 'Without Ballast'}>
      {head}
      <div className="hero" style={{ marginTop: 10 }}>
        <div><span>Health</span><b>{position.state === 'no-debt' ? 'No debt' : health(position.health)}</b></div>
        <div className="end"><span>Distance</span><b className={`tone-${riskMark(position.state).tone}`}>{position.distancePercent === null ? '—' : `${distanceSign(position)}${percentDown(position.distancePercent)}`}</b></div>
      </div>
      {position.state !== 'no-debt' && <DistanceStrip position={position} />}
      <dl className="figures compact" style={{ marginTop: 10 }}>
        <div><dt>Collateral</dt><dd>{collateral ? amount(collateral.amount, collateral.asset.symbol) : '—'}</dd></div>
        <div><dt>Debt</dt><dd>{debt ? amount(debt.amount, debt.asset.symbol) : '—'}</dd></div>
        <div><dt>Liquidation at</dt><dd>{position.liquidationPriceUsd === null ? '—' : <>{dollars(position.liquidationPriceUsd, liquidationSide(position))}<span className="note">{coinOf(position)}</span></>}</dd></div>
        <div><dt>Chance, 24 h</dt><dd>{chanceAt(position.chances, 24)?.shown ?? '—'}</dd></div>
      </dl>
      <p className="small text2 twin-sentence">{position.protection.sentence}</p>
    </section>
  );
}

function Chart({ state, kept, twin }: { state: DemoState; kept: Position | undefined; twin: Position | undefined }) {
  const { value: keptHistory } = useAnswer<PositionHistory>(kept ? routes.history(kept.id) : null);
  const { value: twinHistory } = useAnswer<PositionHistory>(twin ? routes.history(twin.id) : null);
  const bounds = useRef<readonly [number, number] | null>(null);
  bounds.current = startBounds(bounds.current, state);
  const startedAt = bounds.current === null ? null : (bounds.current[0] + bounds.current[1]) / 2;
  const lines = useMemo(
    () => ({
      kept: startedAt === null || !keptHistory ? [] : onReplayHours(keptHistory.samples, startedAt, state.hours),
      twin: startedAt === null || !twinHistory ? [] : onReplayHours(twinHistory.samples, startedAt, state.hours),
    }),
    [startedAt, keptHistory, twinHistory, state.hours],
  );
  const end = Math.max(lines.kept.at(-1)?.hour ?? 0, lines.twin.at(-1)?.hour ?? 0);
  return <ReplayChart state={state} kept={until(lines.kept, end)} twin={until(lines.twin, end)} />;
}
