import { WAD, formatHealth, mulDivUp, wadFromNumberUp, wadToNumber, type UsdE8, type Wad } from '@ballast/units';
import type { MandateTerms } from './mandate.js';

/**
 * R1 is for a keeper that reacts within blocks, R2 for hourly polling or a degraded feed (policy.md section 4):
 * R1 ln trigger = 0.02 + 2 sigma, ln target = ln trigger + 0.03 + 6 sqrt(F/D); R2 ln trigger = 0.01 + 8 sigma, ln target = ln trigger + 0.20.
 */
export type TriggerRule = 'R1' | 'R2';
/** The slowest measured reaction, in chain seconds, for which R1 still holds. */
export const R1_MAX_LATENCY_SECONDS = 300;
/** Beyond this no health is aimed for: a dust debt or a broken feed must not overflow what follows. */
const HIGHEST_WISH = 1000;
/** The part of the log health at signing above which Ballast never acts. */
const NEVER_ACT_ABOVE = 0.8;
/** An action aims at least this far inside both ends of the signed band: a stranger's donation must not push it out. */
export const BAND_MARGIN = 10_000_000_000_000_000n;
/** And as far as the price typically moves, times this, while it is on its way: the amount is fixed when it is decided, and the guard refuses what would end outside. */
const MOVES_INSIDE = 2;
/** The reaction that is reckoned with where none was measured. */
const UNMEASURED_SECONDS = 3_600;

export interface TriggerInput {
  readonly terms: Pick<MandateTerms, 'triggerHf' | 'minHf' | 'maxHf'>;
  /** Hourly volatility, not annualised. */
  readonly hourlyVolatility: number;
  /** Cost in USD of one rescue now. */
  readonly rescueCostUsdE8: UsdE8;
  readonly debtUsdE8: UsdE8;
  /** Measured time from seeing to mined, in chain seconds; null where nothing was measured yet, which counts as slow. */
  readonly latencySeconds: number | null;
  /** Health when the mandate was signed; null takes it from the signed trigger, which was made from it. */
  readonly healthAtSigning?: Wad | null;
}

export interface TriggerPlan {
  readonly rule: TriggerRule;
  /** Act when the health is below this. */
  readonly trigger: Wad;
  /** Aim for this health, inside the signed band. */
  readonly target: Wad;
  /** Which limit bound, in words; null where none did. */
  readonly clamp: string | null;
}

/** R1 while the measured reaction takes at most 300 chain seconds, else R2. */
export const ruleFor = (latencySeconds: number | null): TriggerRule =>
  latencySeconds !== null && latencySeconds <= R1_MAX_LATENCY_SECONDS ? 'R1' : 'R2';

/**
 * Where to act and where to stop, clamped into the mandate: the trigger is never above the signed one nor above 80% of the log health
 * at signing, the target never nearer to an end of the signed band than 0.01 and than the price typically moves while the action is on its way.
 * Both round up, towards danger.
 */
export function planTrigger(input: TriggerInput): TriggerPlan {
  const rule = ruleFor(input.latencySeconds);
  const wished = wishes(rule, input);
  const clamps: string[] = [];
  const trigger = clampTrigger(healthOf(wished.logTrigger), input, clamps);
  const target = clampTarget(healthOf(wished.logTarget), input.terms, bandMargin(input), clamps);
  return { rule, trigger, target, clamp: clamps.length === 0 ? null : clamps.join(' ') };
}

const healthOf = (logHealth: number): Wad => wadFromNumberUp(Math.min(Math.exp(logHealth), HIGHEST_WISH));

function wishes(rule: TriggerRule, input: TriggerInput): { logTrigger: number; logTarget: number } {
  const sigma = input.hourlyVolatility;
  if (rule === 'R2') return { logTrigger: 0.01 + 8 * sigma, logTarget: 0.21 + 8 * sigma };
  const costShare = input.debtUsdE8 === 0n ? 0 : Number(input.rescueCostUsdE8) / Number(input.debtUsdE8);
  return { logTrigger: 0.02 + 2 * sigma, logTarget: 0.05 + 2 * sigma + 6 * Math.sqrt(costShare) };
}

function clampTrigger(wished: Wad, input: TriggerInput, clamps: string[]): Wad {
  let trigger = wished;
  const opened = input.healthAtSigning ?? null;
  if (opened !== null && opened > 0n) {
    const highest = wadFromNumberUp(Math.min(wadToNumber(opened) ** NEVER_ACT_ABOVE, HIGHEST_WISH));
    if (trigger > highest) {
      trigger = highest;
      clamps.push(`The rule would act below ${formatHealth(wished)}; it acts below ${formatHealth(highest)}, so that a loan as it was opened is left alone.`);
    }
  }
  if (trigger > input.terms.triggerHf) {
    clamps.push(`The rule would act below ${formatHealth(trigger)}; the mandate allows it only below ${formatHealth(input.terms.triggerHf)}.`);
    trigger = input.terms.triggerHf;
  }
  return trigger;
}

/** How far inside the band to aim: m = health x (e^(2 sigma sqrt(reaction)) - 1) at the band's middle, at least 0.01. */
function bandMargin({ terms, hourlyVolatility, latencySeconds }: TriggerInput): bigint {
  const move = healthOf(MOVES_INSIDE * hourlyVolatility * Math.sqrt((latencySeconds ?? UNMEASURED_SECONDS) / 3_600)) - WAD;
  const margin = mulDivUp((terms.minHf + terms.maxHf) / 2n, move, WAD);
  return margin > BAND_MARGIN ? margin : BAND_MARGIN;
}

function clampTarget(wished: Wad, terms: TriggerInput['terms'], margin: bigint, clamps: string[]): Wad {
  const lowest = terms.minHf + margin;
  const highest = terms.maxHf - margin;
  const band = `the mandate's band of ${formatHealth(terms.minHf)} to ${formatHealth(terms.maxHf)}`;
  if (lowest > highest) {
    const middle = ((terms.minHf + terms.maxHf) / 2n) as Wad;
    clamps.push(`The target is ${formatHealth(middle)}, the middle of ${band}, which is too narrow for more.`);
    return middle;
  }
  if (wished < lowest || wished > highest) {
    const bound = (wished < lowest ? lowest : highest) as Wad;
    clamps.push(`The rule would bring it to ${formatHealth(wished)}; the target is ${formatHealth(bound)}, inside ${band}.`);
    return bound;
  }
  return wished;
}

/**
 * After an action the rule is armed again once the health has been above this: trigger x e^(sigma sqrt(gap)), the move that is
 * typical between two blocks (risk-model.md section 8). Rounded up.
 */
export function rearmLevel(trigger: Wad, hourlyVolatility: number, blockGapSeconds: number): Wad {
  return mulDivUp(trigger, typicalGapFactor(hourlyVolatility, blockGapSeconds), WAD) as Wad;
}

/** e^(sigma sqrt(gap)), rounded up: by what factor the health typically moves from one block to the next. */
export const typicalGapFactor = (hourlyVolatility: number, blockGapSeconds: number): Wad =>
  healthOf(hourlyVolatility * Math.sqrt(Math.max(0, blockGapSeconds) / 3600));
