import type { Liveness, Percentiles } from '../api/types.js';
import { useNow } from '../store/clock.js';
import { plural, whole } from '../words/numbers.js';
import { dateSeconds, duration } from '../words/times.js';
import { countOf, tookOf } from '../words/took.js';
import { Ago } from './parts.js';

/** Figures older than this are shown with a word of warning: the worker may be gone. */
const OLD_MS = 60_000;

const STAGES = [['triggerToSent', 'From decided to sent'], ['sentToMined', 'From sent to mined'], ['triggerToMined', 'From decided to mined']] as const;

/** How well one chain is watched, as its worker measured it. */
export function LivenessCards({ liveness, name }: { liveness: Liveness; name: string }) {
  const now = useNow();
  const isOld = now - Date.parse(liveness.measuredAt) > OLD_MS;
  return (
    <>
      {isOld && <p className="problem-text" role="alert">These figures were measured {duration(now - Date.parse(liveness.measuredAt))} ago. What they say may hold no more.</p>}
      <Mandates liveness={liveness} />
      <section className="card flush" style={{ marginTop: 16 }}>
        <table className="table">
          <caption className="sr">How long actions took on {name}</caption>
          <thead><tr><th>How long actions took</th><th className="end">Half within</th><th className="end">95% within</th><th className="end">99% within</th><th className="end">Actions</th></tr></thead>
          <tbody>
            {(['day', 'month'] as const).flatMap((span) => STAGES.map(([stage, words]) => <TimesRow key={`${span} ${stage}`} words={`${words}, ${span === 'day' ? 'last 24 hours' : 'last 30 days'}`} times={liveness.actions[span][stage]} />))}
          </tbody>
        </table>
      </section>
      <Spells liveness={liveness} />
    </>
  );
}

function TimesRow({ words, times }: { words: string; times: Percentiles }) {
  return (
    <tr>
      <td>{words}</td>
      {times.kind === 'measured' ? (['p50Ms', 'p95Ms', 'p99Ms'] as const).map((which) => <td key={which} className="end strong">{tookOf(times, which)}</td>) : <td className="end text2" colSpan={3}>{tookOf(times, 'p50Ms')}</td>}
      <td className="end text2">{whole(countOf(times))}</td>
    </tr>
  );
}

/** What could not run is said first and by its reason: a rule that cannot run is an alarm. */
function Mandates({ liveness: { mandates, checks, measuredAt } }: { liveness: Liveness }) {
  const { armed, cannot, undecided, reasons } = mandates;
  return (
    <section className="card stack tight" style={{ marginTop: 16 }}>
      <h2>{armed === 0 ? 'No rule is in force' : cannot === 0 ? `${plural(armed, 'rule is', 'rules are')} in force${undecided === 0 ? ' and can run' : ''}` : `${whole(cannot)} of ${plural(armed, 'rule', 'rules')} in force cannot run`}</h2>
      {reasons.length > 0 && (
        <ul className="tx-list">
          {reasons.map(({ reason, sentence, count }) => <li key={reason}><span>{sentence}</span><span className="tone-danger">{whole(count)}</span></li>)}
        </ul>
      )}
      {undecided > 0 && <p className="text2">{plural(undecided, 'rule was', 'rules were')} not looked at yet.</p>}
      <p className="text2">
        {plural(checks.all.positions, 'position')} with debt {checks.all.positions === 1 ? 'is' : 'are'} watched, {whole(checks.guarded.positions)} of them under a rule; what nobody guards is read less often
        {checks.all.oldestAt === null ? '' : <>, the longest ago <Ago at={checks.all.oldestAt} /></>}. Counted <Ago at={measuredAt} />.{cannot > 0 && ' The owners of those that cannot run were told.'}
      </p>
    </section>
  );
}

function Spells({ liveness: { blindSpells } }: { liveness: Liveness }) {
  return (
    <section className="card stack tight" style={{ marginTop: 16 }}>
      <h2>{blindSpells.month === 0 ? 'Never blind in the last 30 days' : `Blind ${blindSpells.month === 1 ? 'once' : `${whole(blindSpells.month)} times`} in the last 30 days`}</h2>
      {blindSpells.last.length > 0 && (
        <ul className="tx-list">
          {blindSpells.last.map(({ since, until, reason }) => (
            <li key={since}>
              <span>{reason === '' ? 'No reason is known' : reason}</span>
              <span className="text2">{dateSeconds(since)} UTC, {until === null ? 'still' : `for ${duration(Date.parse(until) - Date.parse(since) + 999)}`}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
