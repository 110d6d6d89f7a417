import { BPS, WAD, formatHealth, formatTokenAmount, formatUsdCents, mulDivDown, mulDivUp, oneToken, type RawAmount, type UsdE8, type Wad } from '@ballast/units';
import { PROTOCOL_NAMES, type CollateralLeg, type LendingPosition, type LendingProtocol } from '@ballast/positions';
import { HOURS_PER_YEAR, healthFactor, riskDriver } from '@ballast/risk';
import { DEFAULT_LIMITS, type DecideInput } from './decide-input.js';
import type { Candidate, Costs, Stakes } from './decision.js';
import { hedgeSentence } from './hedge/hedge-sentence.js';
import type { MandateTerms } from './mandate.js';
import { withCollateral } from './position-after.js';
import { FREE, gasAt, totalOf } from './priced.js';
import { MOVE_GAS, RESCUE_GAS } from './rescue-gas.js';
import { healthAfterTopUp, topUpToReach } from './sizing.js';
import { STAKES_HORIZON_HOURS, avertedBy, stakesOf, type MarketSigns } from './stakes.js';
import type { TriggerPlan } from './trigger.js';

/** What a loan that gives collateral must keep: the floor that a prepared move has where its owner asks for no other. */
const DONOR_FLOOR = 1_500_000_000_000_000_000n as Wad;
/** Protocols between which a move can be prepared. */
const MOVABLE: readonly LendingProtocol[] = ['aave-v3', 'morpho-blue'];
/** policy.md section 2: 5 hundredths of a percent each for opening and closing, funding of 5% a year paid. */
const HEDGE_FEE_BPS = 10n;
const HEDGE_FUNDING_BPS_A_YEAR = 500n;

type Row = Omit<Candidate, 'verdict'>;
const possible = (row: Row): Candidate => ({ ...row, verdict: 'possible' });
const impossible = (row: Row): Candidate => ({ ...row, verdict: 'impossible' });
const NOTHING = { amount: 0n as RawAmount, costUsdE8: 0n as UsdE8, costs: null, avertedUsdE8: null, healthAfter: null } as const;

/**
 * Collateral out of another loan of the owner's, of which the move leaves enough. Only he can sign it: Ballast prepares a move and never makes one.
 * What it averts is reckoned with what it puts at risk at the loan that gives.
 */
export function moveCandidate(input: DecideInput, terms: MandateTerms, plan: TriggerPlan, before: Stakes, signs: MarketSigns): Candidate {
  const { position } = input;
  const leg = position.collaterals.find(({ asset, enabled, amount }) => asset.address === terms.collateral && enabled && amount > 0n);
  const row = { ...NOTHING, action: 'move', asset: leg?.asset ?? null } as const;
  if (leg === undefined || leg.price.kind === 'no-price') return impossible({ ...row, why: 'This loan has no collateral of the kind that the mandate names, so none can be added from another.' });
  if (!MOVABLE.includes(position.protocol)) return impossible({ ...row, why: `Moves to ${PROTOCOL_NAMES[position.protocol]} cannot be prepared.` });
  const wanted = topUpToReach(position, leg, plan.target);
  if (wanted === null || wanted === 0n) return impossible({ ...row, why: wanted === null ? 'More of this collateral would not help.' : 'Nothing to do: the health is at the target already.' });
  if (input.others === undefined) return impossible({ ...row, why: 'Your other loans are looked at once this one is where Ballast acts.' });
  const donor = donorsOf(input, leg).find(({ spare }) => spare >= wanted);
  const words = formatTokenAmount(wanted, leg.asset.decimals, { symbol: leg.asset.symbol, rounding: 'up' });
  if (donor === undefined) return impossible({ ...row, why: `No other loan of yours can spare ${words} and keep a health of ${formatHealth(DONOR_FLOOR)}.` });
  const costs: Costs = { ...FREE, gasUsdE8: gasAt(input.rescueCostUsdE8, MOVE_GAS, RESCUE_GAS) };
  const given = withCollateral(donor.position, donor.leg, -wanted);
  const averted = avertedBy(before, stakesOf(input, withCollateral(position, leg, wanted), signs)) - avertedBy(stakesOf(input, given, signs), stakesOf(input, donor.position, signs));
  const left = healthFactor(given);
  return possible({
    ...row, amount: wanted, costs, costUsdE8: totalOf(costs), avertedUsdE8: (averted > 0n ? averted : 0n) as UsdE8, healthAfter: healthAfterTopUp(position, leg, wanted),
    why: `Moving ${words} out of your loan at ${PROTOCOL_NAMES[donor.position.protocol]}, which would keep ${left.kind === 'ratio' ? `a health of ${formatHealth(left.wad)}` : 'no debt'}. Only you can sign a move; Ballast prepares it and never makes it.`,
  });
}

interface Donor {
  readonly position: LendingPosition;
  readonly leg: CollateralLeg;
  readonly spare: bigint;
}

/** Other loans that hold the asset, the one that can spare most first. */
function donorsOf({ position, others = [] }: DecideInput, wanted: CollateralLeg): readonly Donor[] {
  return others
    .filter((other) => other.id !== position.id && other.provenance.chainId === position.provenance.chainId && MOVABLE.includes(other.protocol))
    .flatMap((other) => other.collaterals.filter(({ asset, amount, price }) => asset.address === wanted.asset.address && amount > 0n && price.kind === 'price').map((leg) => ({ position: other, leg, spare: spareOf(other, leg) })))
    .filter(({ spare }) => spare > 0n)
    .sort((one, other) => (one.spare === other.spare ? (one.position.id < other.position.id ? -1 : 1) : one.spare > other.spare ? -1 : 1));
}

/** How much of the leg may leave so that the health stays at the floor; rounded down by one unit more than needed. */
function spareOf(position: LendingPosition, leg: CollateralLeg): bigint {
  if (leg.price.kind === 'no-price') return 0n;
  if (!leg.enabled || leg.liquidationThreshold === 0n) return leg.amount;
  const health = healthFactor(position);
  if (health.kind === 'no-debt') return leg.amount;
  if (health.wad <= DONOR_FLOOR) return 0n;
  const weighted = mulDivDown(health.wad - DONOR_FLOOR, position.debts.reduce<bigint>((sum, debt) => sum + debt.valueUsdE8, 0n) * BPS, WAD);
  const units = mulDivDown(weighted, oneToken(leg.asset.decimals), leg.price.usdE8 * leg.liquidationThreshold);
  const spare = units > 0n ? units - 1n : 0n;
  return spare < leg.amount ? spare : leg.amount;
}

/**
 * A short of the collateral that the loan's health hangs on (of a debt: a long), as large as what is held of it. It leaves the health where it is, so it averts
 * no liquidation: it pays the owner elsewhere for the fall (hedging.md 4.0). Where he has set one up, what it holds is told; where he has not, what it would cost. It is never a rescue.
 */
export function hedgeCandidate(input: DecideInput): Candidate {
  const driver = riskDriver(input.position, (input.limits ?? DEFAULT_LIMITS).stableSymbols);
  const healthAfter = input.report.health.kind === 'ratio' ? input.report.health.wad : null;
  const row = { ...NOTHING, action: 'hedge', healthAfter } as const;
  if (driver.kind === 'none') return impossible({ ...row, asset: null, why: `${hedgeWords(input)} What one would cost is not told: ${driver.why}` });
  const { leg, price } = driver;
  const size = mulDivUp(leg.amount, price, oneToken(leg.asset.decimals));
  const costs: Costs = {
    ...FREE, premiumUsdE8: mulDivUp(size, HEDGE_FEE_BPS, BPS) as UsdE8,
    carryUsdE8: mulDivUp(size, HEDGE_FUNDING_BPS_A_YEAR * BigInt(STAKES_HORIZON_HOURS), BPS * BigInt(HOURS_PER_YEAR)) as UsdE8,
  };
  const deed = `${driver.kind === 'collateral' ? 'short' : 'long'} of ${formatTokenAmount(leg.amount, leg.asset.decimals, { symbol: leg.asset.symbol })}`;
  return impossible({
    ...row, asset: leg.asset, amount: leg.amount, costs, costUsdE8: totalOf(costs), avertedUsdE8: 0n as UsdE8,
    why: `${hedgeWords(input)} A ${deed} for three days would cost about ${formatUsdCents(totalOf(costs))}, trading fees and funding at 5% a year, and leave the health where it is.`,
  });
}

/** What there is of a hedge already, and what it does not do. */
function hedgeWords({ hedge }: DecideInput): string {
  if (hedge === undefined) return 'Nobody looked whether a hedge is set up.';
  if (hedge.kind === 'none') return 'No hedge is set up.';
  const { decision } = hedge;
  const { held, underlying } = decision;
  const on = hedge.environment === 'paper' ? ' on paper' : '';
  const middle = held.kind === 'unbounded' ? null : (held.lo + held.hi) / 2n;
  const what = middle === null ? `Nobody can tell now what your hedge${on} holds.`
    : middle === 0n ? `Your hedge${on} holds nothing now.` : `Your hedge${on} is ${middle < 0n ? 'short' : 'long'} ${formatTokenAmount(middle < 0n ? -middle : middle, 18, { symbol: underlying })}. What it earns in a fall lies at the venue: it raises no health, and only you can withdraw it.`;
  return decision.kind === 'cannot' ? `${what} It cannot be adjusted: ${hedgeSentence(decision.reason)}` : what;
}
