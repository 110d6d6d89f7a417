import type { Hedge, HedgeMode, HedgeRequest, VenueAccount, VenueEnvironment, VenueKey } from '../api/types.js';
import { amountOf, between } from '../words/entered.js';
import { leverageFor } from '../words/hedge-effects.js';
import { PERPETUALS } from '../words/hedging.js';

export type ModeKind = HedgeMode['kind'];

export interface LegDraft {
  readonly account: string;
  readonly instrument: string;
  readonly most: string;
}

/** What stands in the form, as it was typed. */
export interface HedgeDraft {
  readonly kind: ModeKind;
  readonly share: string;
  readonly belowHealth: string;
  readonly fullAtHealth: string;
  readonly most: string;
  readonly budget: string;
  readonly survives: string;
  readonly slippage: string;
  readonly legs: readonly LegDraft[];
  readonly putsIn: string;
}

/** Where a hedge may be carried: an account whose key may trade, and what it may trade. */
export interface Carrier {
  readonly account: VenueAccount;
  readonly instruments: readonly string[];
  /** Most that its key was sealed for, in dollars. */
  readonly most: string;
}

/** Accounts of one environment that Ballast may trade in. */
export const carriersOf = (accounts: readonly VenueAccount[], keys: readonly VenueKey[], environment: VenueEnvironment): readonly Carrier[] =>
  accounts.flatMap((account) => {
    const key = keys.find(({ name, state }) => name === account.key && state === 'accepted');
    return account.environment === environment && account.state !== 'ended' && key ? [{ account, instruments: key.limits.instruments, most: key.limits.maxNotionalUsd }] : [];
  });

/** What an instrument of an underlying is most likely called at a carrier's venue. */
export const instrumentFor = ({ account, instruments }: Carrier, underlying: string): string =>
  instruments.find((name) => name.startsWith(underlying) && PERPETUALS[account.venue].includes(name)) ?? instruments.find((name) => name.toUpperCase().startsWith(underlying)) ?? instruments[0] ?? '';

/** Dollars as people type them: `30000.00` is 30,000. */
function typed(usd: string): string {
  const [whole = '', rest] = usd.replace(/\.0+$/, '').split('.');
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${rest === undefined ? '' : `.${rest}`}`;
}

/** The form of a hedge that is there, or of a new one that leaves a quarter of the exposure open and goes as far as its key. */
export function draftOf(hedge: Hedge | null, carriers: readonly Carrier[], underlying: string): HedgeDraft {
  const request = hedge?.request;
  const mode = request?.mode;
  const first = carriers[0];
  return {
    kind: mode?.kind ?? 'full', share: mode && 'sharePercent' in mode ? mode.sharePercent : '75',
    belowHealth: mode?.kind === 'above-hf' ? mode.belowHealth : '1.60', fullAtHealth: mode?.kind === 'above-hf' ? mode.fullAtHealth : '1.25',
    most: typed(request?.maxNotionalUsd ?? first?.most ?? '20000'), budget: typed(request?.fundingBudgetUsd ?? '200'), survives: request?.survivePercent ?? '50', slippage: request?.slippagePercent ?? '0.3',
    legs: request?.legs.map(({ account, instrument, maxNotionalUsd }) => ({ account, instrument, most: typed(maxNotionalUsd) })) ?? (first ? [{ account: first.account.id, instrument: instrumentFor(first, underlying), most: typed(first.most) }] : []),
    putsIn: request?.putsIn ?? '',
  };
}

/** The request that the form makes, or in words what keeps it from being one. */
export function requestOf(draft: HedgeDraft, environment: VenueEnvironment): { readonly request: HedgeRequest } | { readonly wrong: string } {
  const mode = modeOf(draft);
  if ('wrong' in mode) return mode;
  const [most, budget, survives, slippage] = [amountOf(draft.most), amountOf(draft.budget), between(draft.survives, 5, 300), between(draft.slippage, 0.01, 10)];
  if (most === null || Number(most) <= 0) return { wrong: 'The most that the hedge may be worth is a number of dollars above zero.' };
  if (budget === null) return { wrong: 'The budget of a month is a number of dollars.' };
  if (survives === null) return { wrong: 'The move that a leg lives through is a percentage from 5 to 300.' };
  if (slippage === null) return { wrong: 'The price difference is a percentage from 0.01 to 10.' };
  if (draft.legs.length === 0) return { wrong: 'A hedge needs an account that carries it.' };
  if (draft.legs.length > 5) return { wrong: 'A hedge has at most five legs.' };
  const legs = draft.legs.map(({ account, instrument, most: ofLeg }) => ({ account, instrument: instrument.trim(), maxNotionalUsd: amountOf(ofLeg) ?? '' }));
  if (legs.some(({ instrument }) => instrument === '')) return { wrong: 'Each leg names an instrument.' };
  if (legs.some(({ maxNotionalUsd }) => maxNotionalUsd === '' || Number(maxNotionalUsd) <= 0)) return { wrong: 'The most of each leg is a number of dollars above zero.' };
  if (new Set(legs.map(({ account, instrument }) => `${account} ${instrument}`)).size < legs.length) return { wrong: 'Two legs are the same instrument in the same account.' };
  if (mode.mode.kind === 'tail' && draft.putsIn === '') return { wrong: 'Choose the account in which puts are bought.' };
  return { request: { environment, mode: mode.mode, maxNotionalUsd: most, fundingBudgetUsd: budget, maxLeverage: leverageFor(Number(survives) / 100).toFixed(1), survivePercent: survives, slippagePercent: slippage, legs, ...(draft.putsIn === '' ? {} : { putsIn: draft.putsIn }) } };
}

function modeOf(draft: HedgeDraft): { readonly mode: HedgeMode } | { readonly wrong: string } {
  const share = between(draft.share, 1, 100);
  if ((draft.kind === 'full' || draft.kind === 'above-hf') && share === null) return { wrong: 'The share hedged is a percentage from 1 to 100.' };
  if (draft.kind === 'full') return { mode: { kind: 'full', sharePercent: share ?? '' } };
  if (draft.kind !== 'above-hf') return { mode: { kind: draft.kind } };
  const [below, full] = [between(draft.belowHealth, 1, 10), between(draft.fullAtHealth, 1, 10)];
  if (below === null || full === null || Number(full) >= Number(below)) return { wrong: 'The hedge begins at a health above the one at which it is full; both lie above 1.' };
  return { mode: { kind: 'above-hf', sharePercent: share ?? '', belowHealth: below, fullAtHealth: full } };
}
