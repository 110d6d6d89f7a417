import type { NoticeData } from '@ballast/notifications';
import { hedgeSentence, type HedgeDecision, type HedgePlan, type HedgeTell, type Notice, type PlannedOrder } from '@ballast/policy';
import type { VenueAccountId } from '@ballast/positions';
import { WAD, decimalText, magnitude, mulDivUp } from '@ballast/units';
import type { DecisionRun } from './keeping.js';
import { noticesOfLook } from './look-notices.js';
import { cannotNoticeId, isDue } from './patience.js';
import { accountWords, noticeTo } from './words.js';

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
/** Stops are told to every owner whom they cover by themselves, and orders that the venue turns down as orders that fail. */
const TOLD_ELSEWHERE: readonly string[] = ['stopped', 'no-growth-allowed', 'order-rejected'];

/**
 * What an owner must hear of a decision about a hedge: that it cannot be adjusted (each reason once a spell), that it can again, that it is being closed, and each of its tells once a spell. Named by the run
 * before it, so that a second worker or a restart tells nothing twice.
 */
export function noticesOfHedge(told: ToldOf): readonly Notice[] {
  return [...ofTheRule(told), ...ofUnwinding(told), ...told.decision.tells.flatMap((tell) => ofTell(tell, told))];
}

const words = ({ plan, decision }: ToldOf) => ({ environment: plan.environment, underlying: decision.underlying }) as const;
const hedgeOf = (before: DecisionRun | null): HedgeDecision | null => (before !== null && 'tells' in before.decision ? before.decision : null);

/** Only an account of this very hedge says why it is not adjusted. */
function isQuiet(reason: string, { plan, troubled, decision }: ToldOf): boolean {
  return TOLD_ELSEWHERE.includes(reason) || (FROM_TROUBLE.includes(reason) && ([...plan.legs, ...plan.leaving, ...(plan.puts.kind === 'account' ? [plan.puts] : [])].some(({ account }) => troubled.has(account)) || decision.tells.some(({ kind }) => kind === 'key-refused')));
}

function ofTheRule(told: ToldOf): readonly Notice[] {
  const { plan, decision, before } = told;
  const was = hedgeOf(before);
  if (before === null || before.spell === null || was?.kind !== 'cannot') return [];
  const { spell } = before;
  if (decision.kind === 'cannot') {
    if (!isDue(before, was, decision) || isQuiet(decision.reason, told)) return [];
    const data: NoticeData<'hedge.cannot'> = { ...words(told), reason: decision.reason, sentence: hedgeSentence(decision.reason), since: iso(spell.since), unhedged: unhedged(decision), ...(decision.reason === was.reason ? { decisionId: before.id } : {}) };
    return [noticeTo(plan, cannotNoticeId('hedge', spell.id, decision.reason), 'hedge.cannot', 'critical', data)];
  }
  if (!spell.isTold) return [];
  const data: NoticeData<'hedge.can-again'> = { ...words(told), since: iso(spell.since) };
  return [noticeTo(plan, `evt_hedge_can_${spell.id}`, 'hedge.can-again', 'info', data)];
}

/** Coins in the middle of what is wanted and is not held; null where nobody can tell. */
function unhedged({ target, held }: HedgeDecision): string | null {
  if (target.kind === 'unbounded' || held.kind === 'unbounded') return null;
  const missing = (target.lo + target.hi - held.lo - held.hi) / 2n;
  return decimalText(missing < 0n ? -missing : missing, 18, 4, 'up');
}

/** When it begins: one closing, however many orders it takes, is told once an hour at most. */
function ofUnwinding(told: ToldOf): readonly Notice[] {
  const { plan, decision } = told;
  if (decision.kind !== 'act' || decision.unwinding === 'no') return [];
  const data: NoticeData<'hedge.unwound'> = { ...words(told), reason: decision.unwinding, sentence: hedgeSentence(decision.unwinding), ...closingWords(decision) };
  return [noticeTo(plan, `evt_hedge_unwound_${plan.id}_${plan.policy.version}_${decision.unwinding}_${iso(decision.at).slice(0, 13)}`, 'hedge.unwound', decision.unwinding === 'owner-flattened' ? 'info' : 'warning', data)];
}

/** What its first orders are for, at what price, what they may cost against it, and what is left after them. */
function closingWords({ orders, price }: Extract<HedgeDecision, { kind: 'act' }>): Pick<NoticeData<'hedge.unwound'>, 'coins' | 'price' | 'left' | 'costUsd'> {
  const left = decimalText(orders.reduce((sum, { restCoins }) => sum + magnitude(restCoins), 0n), 18, 6, 'up');
  if (price.kind === 'refused' || price.usdE8 <= 0n) return { left };
  const { usdE8 } = price;
  const coins = ({ notionalUsdE8 }: PlannedOrder): bigint => mulDivUp(notionalUsdE8, WAD, usdE8);
  const worse = ({ side, priceCap }: PlannedOrder): bigint => (priceCap.unit === 'coin' ? 0n : side === 'buy' ? priceCap.usdE8 - usdE8 : usdE8 - priceCap.usdE8);
  const cost = orders.reduce((sum, order) => (worse(order) > 0n ? sum + mulDivUp(coins(order), worse(order), WAD) : sum), 0n);
  return { coins: decimalText(orders.reduce((sum, order) => sum + coins(order), 0n), 18, 6, 'up'), price: decimalText(usdE8, 8, 2, 'up'), left, costUsd: decimalText(cost, 8, 2, 'up') };
}

const keyOf = (tell: HedgeTell): string => ('account' in tell ? `${tell.kind}_${tell.account}` : tell.kind);

function ofTell(tell: HedgeTell, told: ToldOf): readonly Notice[] {
  const { plan, before, decision, troubled } = told;
  const was = hedgeOf(before)?.tells.some((one) => keyOf(one) === keyOf(tell)) ?? false;
  if ('account' in tell && troubled.has(tell.account) && tell.kind === 'prices-refused') return [];
  // A price that is late at one look is none that is refused.
  if (tell.kind === 'prices-refused' ? !was : was && tell.kind !== 'key-refused' && tell.kind !== 'key-ending') return [];
  const id = `evt_hedge_${keyOf(tell).replaceAll('-', '_')}_${plan.id}_${before?.id ?? 'first'}`;
  switch (tell.kind) {
    case 'margin-warning': {
      const data: NoticeData<'hedge.margin'> = { ...accountWords(tell.account), usePercent: percent(tell.use), reducesAtPercent: percent(plan.policy.ladder.reduce) };
      return [noticeTo(plan, id, 'hedge.margin', 'warning', data)];
    }
    case 'margin-shared': {
      const data: NoticeData<'hedge.margin-shared'> = accountWords(tell.account);
      return [noticeTo(plan, id, 'hedge.margin-shared', 'warning', data)];
    }
    case 'deposit-needed': {
      const data: NoticeData<'hedge.deposit-needed'> = { ...accountWords(tell.account), amount: decimalText(tell.amount, 18, 6, 'up'), currency: tell.currency, targetPercent: percent(plan.policy.ladder.cutTo) };
      return [noticeTo(plan, id, 'hedge.deposit-needed', 'critical', data)];
    }
    case 'withdrawal-helps': {
      const data: NoticeData<'hedge.withdrawal-helps'> = { ...accountWords(tell.account), amount: decimalText(tell.amount, 18, 6, 'down'), currency: tell.currency };
      return [noticeTo(plan, id, 'hedge.withdrawal-helps', 'critical', data)];
    }
    case 'budget-alert': case 'budget-spent': {
      const data: NoticeData<'hedge.budget'> = { ...words(told), state: tell.kind === 'budget-alert' ? 'alert' : 'spent', paidUsd: decimalText(tell.paidUsdE8, 8, 2, 'up'), budgetUsd: decimalText(tell.budgetUsdE8, 8, 2, 'down'), then: plan.policy.whenBudgetIsSpent };
      return [noticeTo(plan, id, 'hedge.budget', tell.kind === 'budget-alert' ? 'warning' : 'critical', data)];
    }
    case 'key-refused': return [noticesOfLook.keyRefused(plan, tell.account, decision.at, tell.why)];
    case 'key-ending': {
      const data: NoticeData<'hedge.key'> = { ...accountWords(tell.account), problem: 'ending', endsAt: iso(tell.at) };
      return [noticeTo(plan, `evt_hedge_key_ending_${tell.account}_${tell.at}`, 'hedge.key', 'warning', data)];
    }
    case 'prices-refused': {
      const data: NoticeData<'hedge.prices'> = { ...accountWords(tell.account), because: tell.because };
      // Runs of decisions come and go while one spell lasts.
      return [noticeTo(plan, before?.spell == null ? id : `evt_hedge_prices_${tell.account}_${plan.id}_${before.spell.id}`, 'hedge.prices', 'warning', data)];
    }
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();
const percent = (wad: bigint): string => decimalText(wad, 16, 1, 'up');
