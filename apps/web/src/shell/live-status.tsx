import { useNow } from '../store/clock.js';
import { useStatus, useStream } from '../store/store.js';
import { whole } from '../words/numbers.js';
import { clockTime, dateTime, duration } from '../words/times.js';

/** How fresh what we see is: live with its block and age, blind since when, or a lost stream. */
export function LiveStatus() {
  const { value: status, problem } = useStatus();
  const stream = useStream();
  const now = useNow();

  if (stream.kind === 'lost' || (problem !== undefined && status !== undefined)) {
    const since = stream.kind === 'lost' ? stream.since : undefined;
    return (
      <div className="live is-lost">
        <span className="sr" role="status">Live updates stopped, trying again</span>
        <span className="live-dot" />
        <span className="live-long" aria-hidden="true">Live updates stopped{since === undefined ? '' : ` ${duration(Date.now() - since)} ago`}, trying again</span>
        <span className="phone-only" aria-hidden="true">Not live</span>
        <button type="button" className="link-button live-long" onClick={() => location.reload()}>Reload</button>
      </div>
    );
  }
  if (status === undefined) return <div className="live"><span className="live-long">{problem === undefined ? 'Connecting' : 'No answer from Ballast, trying again'}</span></div>;
  const blind = status.chains.find((chain) => chain.blindSince !== null);
  if (blind) {
    const at = blind.blindSince;
    return (
      <div className="live is-blind" role="status" title={blind.blindReason ?? undefined}>
        <span className="live-dot" />
        <span>Blind since {now - Date.parse(at ?? '') < 86_400_000 ? clockTime(at) : dateTime(at)}<span className="live-long"> UTC</span></span>
      </div>
    );
  }
  const chain = status.chains[0];
  if (!chain || chain.seenAt === null || chain.headNumber === null) return <div className="live"><span>Starting</span></div>;
  return (
    <div className="live">
      <span className="live-dot" />
      <span className="live-long">Live · block {whole(chain.headNumber)} ·</span>
      <span className="live-age">{duration(now - Date.parse(chain.seenAt))} ago</span>
    </div>
  );
}
