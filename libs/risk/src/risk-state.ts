import { WAD, type Wad } from '@ballast/units';
import type { Chance, RiskReport, RiskState } from './report.js';

/** The owner's tolerance for liquidation within a day that is assumed where no rule says otherwise. */
const TOLERANCE = 0.01;
const WEEK_LIMIT = 0.05;
/** Within this much health above the point of action a position is in danger. */
const NEAR_ACTION = 10_000_000_000_000_000n;
const DANGER_MOVES = 2.5;
/**
 * A day's chance under a floor that lies above half of the tolerance cannot be held against it; distance stands in for it. At 4.5 typical
 * daily moves the fat-tailed alternatives of risk-model.md 7.2 put the day's chance under 0.5%.
 */
const SAFE_MOVES = 4.5;

/**
 * The one word for a position (dashboard.md 2.3). danger: health below the point of action + 0.01, or fewer than 2.5 typical daily
 * moves, or without a rule a day's chance above 1%. safe: a day's chance under 0.5% and a week's under 5%. watch: in between.
 */
export function riskState(report: Omit<RiskReport, 'state'>, actsAt: Wad | null): RiskState {
  if (report.health.kind === 'no-debt') return 'no-debt';
  const health = report.health.wad;
  if (health < WAD) return 'liquidatable';
  if (actsAt !== null && health < actsAt + NEAR_ACTION) return 'danger';
  const day = report.chances.find((chance) => chance.horizonHours === 24);
  const week = report.chances.find((chance) => chance.horizonHours === 168);
  if (day === undefined || week === undefined) return 'unknown';
  const moves = report.distance.kind === 'none' ? Infinity : report.distance.dailyMoves;
  if (moves < DANGER_MOVES) return 'danger';
  if (actsAt === null && atMost(day) > TOLERANCE) return 'danger';
  const calmDay = day.kind === 'floor' ? day.below < TOLERANCE / 2 || moves >= SAFE_MOVES : day.value < TOLERANCE / 2;
  return calmDay && atMost(week) < WEEK_LIMIT ? 'safe' : 'watch';
}

const atMost = (chance: Chance): number => (chance.kind === 'floor' ? chance.below : chance.value);
