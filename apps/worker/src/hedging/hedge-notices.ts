import { hedgeSentence, type HedgeDecision, type HedgePlan, type HedgeTell, type Notice } from '@ballast/policy';
import type { VenueAccountId } from '@ballast/positions';
import { decimalText, formatTokenAmount, formatUsdCents } from '@ballast/units';
import type { DecisionRun } from './keeping.js';
import { noticesOfLook } from './look-notices.js';
import { accountWords, noticeTo } from './words.js';

/** A decision that cannot act is told once it has lasted so long: a price that is a second late is no alarm. */
export const CANNOT_PATIENCE_MS = 10_000;

export interface ToldOf {
  readonly plan: HedgePlan;
  readonly decision: HedgeDecision;
  /** The run of decisions until now. */
  readonly before: DecisionRun | null;
  /** Accounts whose venue does not answer, or whose key is refused: told by themselves. */
  readonly troubled: ReadonlySet<VenueAccountId>;
}

/** What follows from an account that is not read: it is told with the account. */
const FROM_TROUBLE: readonly string[] = ['account-stale', 'hedge-unread', 'price-refused', 'no-price', 'key-refused'];
/** Stops are told to every owner whom they cover by themselves. */
const TOLD_ELSEWHERE: readonly string[] = ['stopped', 'no-growth-allowed'];

/**
 * What an owner must hear of a decision about a hedge: that it cannot be adjusted (once for each run of that reason), that it can again, that it is being closed, and each of its tells once a spell. Named by the run
 * before it, so that a second worker or a restart tells nothing twice.
 */
export function noticesOfHedge(told: ToldOf): readonly Notice[] {
  return [...ofTheRule(told), ...ofUnwinding(told), ...told.decision.tells.flatMap((tell) => ofTell(tell, told))];
}

const words = ({ plan, decision }: ToldOf) => ({ plan: plan.id, environment: plan.environment, underlying: decision.underlying, reason: decision.reason }) as const;
const hedgeOf = (before: DecisionRun | null): HedgeDecision | null => (before !== null && 'tells' in before.decision ? before.decision : null);

function isQuiet(reason: string, { troubled, decision }: Pick<ToldOf, 'troubled' | 'decision'>): boolean {
  return TOLD_ELSEWHERE.includes(reason) || (FROM_TROUBLE.includes(reason) && (troubled.size > 0 || decision.tells.some(({ kind }) => kind === 'key-refused')));
}

function ofTheRule(told: ToldOf): readonly Notice[] {
  const { plan, decision, before } = told;
  const was = hedgeOf(before);
  if (before === null || was?.kind !== 'cannot' || decision.at - before.since < CANNOT_PATIENCE_MS) return [];
  if (decision.kind === 'cannot') {
    if (decision.reason !== was.reason || isQuiet(decision.reason, told)) return [];
    return [noticeTo(plan, `evt_hedge_cannot_${before.id}`, 'hedge.cannot', 'critical', { ...words(told), since: new Date(before.since).toISOString(), sentence: hedgeSentence(decision.reason) })];
  }
  if (isQuiet(was.reason, { troubled: told.troubled, decision: was })) return [];
  return [noticeTo(plan, `evt_hedge_can_${before.id}`, 'hedge.can-again', 'info', { ...words(told), sentence: `Your hedge of ${decision.underlying} can be adjusted again.` })];
}

/** When it begins: one closing, however many orders it takes, is told once an hour at most. */
function ofUnwinding(told: ToldOf): readonly Notice[] {
  const { plan, decision } = told;
  if (decision.kind !== 'act' || decision.unwinding === 'no') return [];
  const hour = new Date(decision.at).toISOString().slice(0, 13);
  return [noticeTo(plan, `evt_hedge_unwound_${plan.id}_${plan.policy.version}_${decision.unwinding}_${hour}`, 'hedge.unwound', decision.unwinding === 'owner-flattened' ? 'info' : 'warning', { ...words(told), why: decision.unwinding, sentence: `${hedgeSentence('unwind')} ${hedgeSentence(decision.unwinding)}` })];
}

const keyOf = (tell: HedgeTell): string => ('account' in tell ? `${tell.kind}_${tell.account}` : tell.kind);

function ofTell(tell: HedgeTell, told: ToldOf): readonly Notice[] {
  const { plan, before, decision, troubled } = told;
  const was = hedgeOf(before)?.tells.some((one) => keyOf(one) === keyOf(tell)) ?? false;
  if ('account' in tell && troubled.has(tell.account) && tell.kind === 'prices-refused') return [];
  // A price that is late at one look is none that is refused.
  if (tell.kind === 'prices-refused' ? !was : was && tell.kind !== 'key-refused' && tell.kind !== 'key-ending') return [];
  const id = `evt_hedge_${keyOf(tell).replaceAll('-', '_')}_${plan.id}_${before?.id ?? 'first'}`;
  const common = { ...words(told), ...('account' in tell ? accountWords(tell.account) : {}) };
  const notice = (kind: Notice['kind'], severity: Notice['severity'], data: Notice['data'], name = id): readonly Notice[] => [noticeTo(plan, name, kind, severity, { ...common, ...data })];
  switch (tell.kind) {
    case 'margin-warning': return notice('hedge.margin', 'warning', { what: 'thin', use: percent(tell.use), sentence: `Maintenance margin takes ${percent(tell.use)}% of what the hedge has at ${venueOf(tell.account)}. It is made smaller before the venue liquidates it.` });
    case 'margin-shared': return notice('hedge.margin', 'info', { what: 'shared', sentence: `Something else in the account ${accountWords(tell.account).name} at ${venueOf(tell.account)} shares the margin of your hedge. Ballast leaves it alone.` });
    case 'deposit-needed': return notice('hedge.deposit-needed', 'critical', { amount: decimalText(tell.amount, 18, 6, 'up'), currency: tell.currency, sentence: `Deposit ${formatTokenAmount(tell.amount, 18, { symbol: tell.currency, rounding: 'up' })} at ${venueOf(tell.account)} to keep the whole hedge. Only you can do that; until then Ballast makes it smaller.` });
    case 'withdrawal-helps': return notice('hedge.withdrawal-helps', 'critical', { amount: decimalText(tell.amount, 18, 6, 'down'), currency: tell.currency, sentence: `Your loan is close to liquidation, and ${formatTokenAmount(tell.amount, 18, { symbol: tell.currency })} lie free at ${venueOf(tell.account)}. Only you can withdraw them and pay back with them.` });
    case 'budget-alert': return notice('hedge.budget', 'warning', { what: 'alert', paidUsd: decimalText(tell.paidUsdE8, 8, 2, 'up'), budgetUsd: decimalText(tell.budgetUsdE8, 8, 2, 'down'), sentence: `Funding and trading cost ${formatUsdCents(tell.paidUsdE8 as never)} in 30 days, of the ${formatUsdCents(tell.budgetUsdE8)} that you allow.` });
    case 'budget-spent': return notice('hedge.budget', 'critical', { what: 'spent', paidUsd: decimalText(tell.paidUsdE8, 8, 2, 'up'), budgetUsd: decimalText(tell.budgetUsdE8, 8, 2, 'down'), sentence: hedgeSentence('budget-spent') });
    case 'key-refused': return [noticesOfLook.keyRefused(plan, tell.account, decision.at, tell.why)];
    case 'key-ending': return notice('hedge.key', 'warning', { what: 'ending', endsAt: new Date(tell.at).toISOString(), sentence: `${hedgeSentence('key-ending')} It is of your account ${accountWords(tell.account).name} at ${venueOf(tell.account)}.` }, `evt_hedge_key_ending_${tell.account}_${tell.at}`);
    case 'prices-refused': return notice('hedge.prices', 'warning', { what: tell.because, sentence: `Prices at ${venueOf(tell.account)} ${tell.because === 'disagree' ? 'disagree with those of the chain' : tell.because === 'old' ? 'are old' : 'are missing'}. Until that ends Ballast only makes the hedge smaller there.` });
  }
}

const percent = (wad: bigint): string => decimalText(wad, 16, 1, 'up');
const venueOf = (account: VenueAccountId): string => accountWords(account).venue;
