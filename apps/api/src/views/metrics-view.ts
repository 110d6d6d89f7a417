import type { z } from 'zod';
import type * as contract from '../contract/schemas.js';

type Status = z.infer<typeof contract.status>;
type Labels = Readonly<Record<string, string | number>>;

/** One metric in the text format of Prometheus 0.0.4: its help, its type, a line a sample. A value that is not known is no sample. */
class Metrics {
  private readonly lines: string[] = [];

  gauge(name: string, help: string, samples: readonly (readonly [Labels, number | null])[]): void {
    const known = samples.flatMap(([labels, value]) => (value === null || !Number.isFinite(value) ? [] : [`${name}${labelled(labels)} ${value}`]));
    if (known.length > 0) this.lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...known);
  }

  get text(): string {
    return `${this.lines.join('\n')}\n`;
  }
}

const escaped = (value: string): string => value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"');
const labelled = (labels: Labels): string => {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(String(value))}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
};

const LOANS = ['guarded', 'all'] as const;
const STAGES = { triggerToSent: 'trigger_to_sent', sentToMined: 'sent_to_mined', triggerToMined: 'trigger_to_mined' } as const;
const QUANTILES = { '0.5': 'p50Ms', '0.95': 'p95Ms', '0.99': 'p99Ms' } as const;

/** The figures of the status page for a Prometheus server. Ages are in seconds, by our clock, at the time of asking. */
export function metricsText(status: Status, heartbeat: { readonly issuedAt: Date; readonly sequence: bigint } | null): string {
  const metrics = new Metrics();
  const now = Date.parse(status.now);
  const age = (at: string | null): number | null => (at === null ? null : (now - Date.parse(at)) / 1000);
  const { chains, liveness } = status;
  const chainOf = (chain: number): Labels => ({ chain });
  metrics.gauge('ballast_chain_head_number', 'Newest block that was watched to its end.', chains.map(({ chainId, headNumber }) => [chainOf(chainId), headNumber === null ? null : Number(headNumber)]));
  metrics.gauge('ballast_chain_head_age_seconds', 'Seconds since a new block was watched.', chains.map(({ chainId, seenAt }) => [chainOf(chainId), age(seenAt)]));
  metrics.gauge('ballast_chain_blind', '1 while the chain cannot be seen.', chains.map(({ chainId, blindSince }) => [chainOf(chainId), blindSince === null ? 0 : 1]));
  metrics.gauge('ballast_liveness_age_seconds', 'Seconds since the figures that the worker measures were measured.', liveness.map(({ chainId, measuredAt }) => [chainOf(chainId), age(measuredAt)]));
  metrics.gauge('ballast_positions', 'Positions with debt: those under a mandate in force, and all.', liveness.flatMap(({ chainId, checks }) => LOANS.map((loans) => [{ chain: chainId, loans }, checks[loans].positions] as const)));
  metrics.gauge('ballast_position_check_age_seconds', 'Seconds since the position was read that was read the longest ago, and the one in the middle.', liveness.flatMap(({ chainId, checks }) => LOANS.flatMap((loans) => [
    [{ chain: chainId, loans, which: 'oldest' }, age(checks[loans].oldestAt)], [{ chain: chainId, loans, which: 'median' }, age(checks[loans].medianAt)],
  ] as const)));
  metrics.gauge('ballast_mandates_armed', 'Mandates in force.', liveness.map(({ chainId, mandates }) => [chainOf(chainId), mandates.armed]));
  metrics.gauge('ballast_mandates_cannot_run', 'Mandates in force whose rule could not run, all of them.', liveness.map(({ chainId, mandates }) => [chainOf(chainId), mandates.cannot]));
  metrics.gauge('ballast_mandates_cannot_run_by_reason', 'Mandates in force whose rule could not run, by reason.', liveness.flatMap(({ chainId, mandates }) => mandates.reasons.map(({ reason, count }) => [{ chain: chainId, reason }, count] as const)));
  metrics.gauge('ballast_mandates_undecided', 'Mandates in force that were not looked at yet.', liveness.map(({ chainId, mandates }) => [chainOf(chainId), mandates.undecided]));
  metrics.gauge('ballast_blind_spells', 'Spells in which the chain could not be seen, in the window.', liveness.flatMap(({ chainId, blindSpells }) => [
    [{ chain: chainId, window: '24h' }, blindSpells.day], [{ chain: chainId, window: '30d' }, blindSpells.month],
  ] as const));
  const timed = liveness.flatMap(({ chainId, actions }) => (['day', 'month'] as const).flatMap((span) => Object.entries(STAGES).map(([stage, label]) => {
    return { labels: { chain: chainId, window: span === 'day' ? '24h' : '30d', stage: label }, took: actions[span][stage as keyof typeof STAGES] };
  })));
  metrics.gauge('ballast_actions_timed', 'Actions of the window of which the time is known.', timed.map(({ labels, took }) => [labels, took.kind === 'measured' ? took.count : 0]));
  metrics.gauge('ballast_action_seconds', 'Time that actions of the window took, nearest-rank quantiles.', timed.flatMap(({ labels, took }) => (took.kind === 'measured' ? Object.entries(QUANTILES).map(([quantile, field]) => [{ ...labels, quantile }, took[field] / 1000] as const) : [])));
  metrics.gauge('ballast_heartbeat_age_seconds', 'Seconds since the newest heartbeat was signed.', [[{}, heartbeat === null ? null : (now - heartbeat.issuedAt.getTime()) / 1000]]);
  metrics.gauge('ballast_heartbeat_sequence', 'Sequence of the newest heartbeat.', [[{}, heartbeat === null ? null : Number(heartbeat.sequence)]]);
  metrics.gauge('ballast_watched_accounts', 'Addresses under watch, each counted once a protocol.', [[{}, status.watchedAccounts]]);
  metrics.gauge('ballast_open_intents', 'Actions under way.', [[{}, status.openIntents]]);
  metrics.gauge('ballast_pending_deliveries', 'Alerts waiting for delivery.', [[{}, status.pendingDeliveries]]);
  return metrics.text;
}
