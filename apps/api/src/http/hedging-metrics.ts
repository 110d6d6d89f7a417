import type { z } from 'zod';
import type * as contract from '../contract/schemas.js';

type Hedging = NonNullable<z.infer<typeof contract.status>['hedging']>[number];

/** Hedges and guarded accounts for a Prometheus server, in the text format 0.0.4. Ages are in seconds, by our clock, at the time of asking; one that is not known is no sample. */
export function hedgingMetricsText(hedging: readonly Hedging[], now: Date): string {
  const age = (at: string | null): number | null => (at === null ? null : (now.getTime() - Date.parse(at)) / 1000);
  return [
    gauge('ballast_hedge_plans', 'Hedges in force.', hedging, ({ plans }) => plans),
    gauge('ballast_guarded_accounts', 'Accounts at derivatives venues that are guarded.', hedging, ({ guarded }) => guarded),
    gauge('ballast_hedging_round_age_seconds', 'Seconds since the last round ended in which every hedge and guarded account was looked after.', hedging, ({ roundAt }) => age(roundAt)),
    gauge('ballast_venue_accounts', 'Accounts at derivatives venues under watch.', hedging, ({ accounts }) => accounts),
    gauge('ballast_venue_reading_age_seconds', 'Seconds since the account at a venue was read that was read the longest ago.', hedging, ({ oldestReadingAt }) => age(oldestReadingAt)),
  ].join('');
}

function gauge(name: string, help: string, hedging: readonly Hedging[], of: (one: Hedging) => number | null): string {
  const samples = hedging.flatMap((one) => (of(one) === null ? [] : [`${name}{chain="${one.chainId}"} ${of(one)}\n`]));
  return samples.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${samples.join('')}`;
}
