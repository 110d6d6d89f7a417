import { routes } from '../api/routes.js';
import { HedgingCard } from '../components/hedging-card.js';
import { LivenessCards } from '../components/liveness-cards.js';
import { StopBanners } from '../components/stops.js';
import { StateChip } from '../components/state-chip.js';
import { Ago, ErrorState, Loading } from '../components/parts.js';
import { PageHead } from '../shell/shell.js';
import { useNow } from '../store/clock.js';
import { cache, useStatus, useStream } from '../store/store.js';
import { statusHeadline } from '../words/headline.js';
import { whole } from '../words/numbers.js';
import { BLIND, type Mark } from '../words/states.js';
import { dateSeconds, duration } from '../words/times.js';

const WORKING: Mark = { tone: 'safe', shape: 'circle', word: 'Working' };
const STARTING: Mark = { tone: 'plain', shape: 'arc', word: 'Starting' };

export function StatusPage() {
  const { value: status, problem, readAt } = useStatus();
  const stream = useStream();
  const now = useNow();
  const view = status ? ({ kind: 'known', status, now } as const) : ({ kind: problem ? 'error' : 'loading' } as const);
  const oldest = status?.liveness.map(({ checks }) => checks.guarded.oldestAt).filter((at) => at !== null).sort()[0] ?? null;
  const nameOf = (chain: number): string => status?.chains.find(({ chainId }) => chainId === chain)?.name ?? `chain ${chain}`;
  return (
    <>
      <PageHead name="Status" headline={statusHeadline(view)} end={problem && status && readAt !== undefined ? <StateChip mark={BLIND} word={`Read ${duration(Date.now() - readAt)} ago`} /> : undefined} />
      {!status && (problem ? <ErrorState problem={problem} again={() => cache.refresh(routes.status)} /> : <Loading what="The service is being asked." />)}
      {status && (
        <>
          <StopBanners />
          <dl className="tiles four">
            <div className="tile"><dt>Oldest check of a protected loan</dt><dd>{oldest === null ? '—' : <Ago at={oldest} />}</dd></div>
            <div className="tile"><dt>Actions under way</dt><dd>{whole(status.openIntents)}</dd></div>
            <div className="tile"><dt>Alerts waiting for delivery</dt><dd>{whole(status.pendingDeliveries)}</dd></div>
            <div className="tile"><dt>This page</dt><dd>{stream.kind === 'lost' ? 'Trying again' : stream.kind === 'open' ? 'Live' : 'Reads every 5 s'}</dd></div>
          </dl>
          <section className="card flush">
            <table className="table">
              <thead><tr><th>What we depend on</th><th>Last seen</th><th className="end">Age</th><th className="desktop-only">The block’s own time</th><th>Now</th></tr></thead>
              <tbody>
                {status.chains.map((chain) => (
                  <tr key={chain.chainId}>
                    <td className="strong">{chain.name}</td>
                    <td className="text2">{chain.headNumber === null ? 'no block yet' : `block ${whole(chain.headNumber)}`}</td>
                    <td className="end strong">{chain.seenAt === null ? '—' : <Ago at={chain.seenAt} />}</td>
                    <td className="text2 desktop-only">{chain.headTime === null ? '—' : `${dateSeconds(chain.headTime)} UTC`}</td>
                    <td>{chain.blindSince === null ? <StateChip mark={chain.seenAt === null ? STARTING : WORKING} /> : <StateChip mark={BLIND} />}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          {status.chains.filter((chain) => chain.blindSince !== null).map((chain) => (
            <section key={chain.chainId} className="card stack tight" style={{ marginTop: 16 }}>
              <h2>Blind on {chain.name} since {dateSeconds(chain.blindSince)} UTC</h2>
              <p className="text2">{chain.blindReason === null ? 'No reason is known.' : chain.blindReason.replace(/\.?$/, '.')} Positions keep their last numbers with their age. Protection goes on by itself once the chain is seen again.</p>
            </section>
          ))}
          {status.liveness.map((liveness) => <LivenessCards key={liveness.chainId} liveness={liveness} name={nameOf(liveness.chainId)} />)}
          {status.hedging?.map((hedging) => <HedgingCard key={hedging.chainId} hedging={hedging} name={nameOf(hedging.chainId)} />)}
          {status.liveness.length === 0 && <p className="text2" style={{ marginTop: 16 }}>How well positions are watched was not measured yet.</p>}
          <p className="legend"><span className="plain">Don’t take our word: compare with any block explorer, or read <a href="/v1/status"><code>/v1/status</code></a>, the signed <a href="/v1/status/heartbeat"><code>heartbeat</code></a> and the <a href="/metrics"><code>metrics</code></a>.</span></p>
        </>
      )}
    </>
  );
}
