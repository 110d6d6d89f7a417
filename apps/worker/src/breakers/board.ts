import { Logger } from '@nestjs/common';
import { CLOSED, GOOD, UNKNOWN, breakerNamed, stepBreaker, type BreakerRule, type BreakerState, type Finding, type Notice, type Stop, type StopScope } from '@ballast/policy';
import type { StopRecord, SwitchStore } from '@ballast/storage';
import type { Looked } from './look.js';

/** The time by both clocks, in seconds; the chain's is that of the newest block seen. */
export interface Clocks {
  readonly own: bigint;
  readonly chain: bigint;
}

/** What is told to operators when a breaker trips. */
export type Page = (stop: Stop, rule: BreakerRule) => (since: Date) => readonly Notice[];

const SEVERITY: readonly Finding['kind'][] = ['good', 'unknown', 'bad'];

/**
 * Turns what was found into stops. Whether a breaker has tripped is what the database says: a trip that could not be written is found again at the next turn, and a
 * process that begins anew takes over what is in force. Only since when a fact has been good is kept in memory, so that a restart begins that time anew.
 */
export class BreakerBoard {
  private readonly log = new Logger('Breakers');
  private readonly goodSince = new Map<string, bigint>();

  constructor(private readonly chainId: number, private readonly switches: Pick<SwitchStore, 'inForce' | 'stop' | 'release'>, private readonly page: Page) {}

  /**
   * `complete`: every fact could be read. A breaker in force about which nothing was found (its token is in no mandate any more) counts as good then, and
   * otherwise as unknown. @throws what the database throws; what was found is not lost by it
   */
  async turn(looked: readonly Looked[], clocks: Clocks, complete: boolean): Promise<void> {
    const inForce = await this.switches.inForce();
    const found = worstOfEach(looked);
    const failures: Error[] = [];
    for (const one of [...found.values(), ...this.unlooked(inForce, found, complete)]) {
      // One that cannot be written must not keep the others from being.
      await this.step(one, inForce, clocks).catch((error: Error) => failures.push(error));
    }
    if (failures[0] !== undefined) throw failures[0];
  }

  private async step({ rule, scope, finding }: Looked, inForce: readonly StopRecord[], clocks: Clocks): Promise<void> {
    const key = keyOf(rule, scope);
    const row = inForce.find((stop) => stop.setBy === rule.name && scopeKey(stop.scope) === scopeKey(scope));
    const before: BreakerState = row === undefined ? CLOSED : { kind: 'tripped', why: row.reason, goodSince: this.goodSince.get(key) ?? null };
    const { state, signal } = stepBreaker(rule, before, finding, clocks[rule.clock]);
    if (state.kind === 'tripped' && state.goodSince !== null) this.goodSince.set(key, state.goodSince);
    else this.goodSince.delete(key);
    if (signal === 'trip' && state.kind === 'tripped') {
      const stop: Stop = { scope, stops: rule.stops, setBy: rule.name, reason: state.why };
      this.log.error(`${rule.name} stops ${rule.stops} (${scopeKey(scope)}): ${state.why}`);
      await this.switches.stop(stop, rule.pages ? this.page(stop, rule) : undefined);
    }
    if (signal === 'release') {
      this.log.warn(`${rule.name} is over (${scopeKey(scope)})`);
      await this.switches.release(scope, rule.name);
    }
  }

  /** Breakers of this chain that are in force, that release themselves, and of which nothing was found. */
  private unlooked(inForce: readonly StopRecord[], found: ReadonlyMap<string, Looked>, complete: boolean): readonly Looked[] {
    return inForce.flatMap(({ setBy, scope }) => {
      const rule = breakerNamed(setBy);
      const isOurs = scope.kind !== 'global' && Number(scope.chainId) === this.chainId;
      if (rule === undefined || !isOurs || rule.releaseAfterSeconds === null || found.has(keyOf(rule, scope))) return [];
      return [{ rule, scope, finding: complete ? GOOD : UNKNOWN }];
    });
  }
}

/** Several findings about one scope count as the worst of them: two markets of one token, two pieces of one protocol. */
function worstOfEach(looked: readonly Looked[]): ReadonlyMap<string, Looked> {
  const worst = new Map<string, Looked>();
  for (const one of looked) {
    const key = keyOf(one.rule, one.scope);
    const known = worst.get(key);
    if (known === undefined || SEVERITY.indexOf(one.finding.kind) > SEVERITY.indexOf(known.finding.kind)) worst.set(key, one);
  }
  return worst;
}

const scopeKey = (scope: StopScope): string => Object.values(scope).join(' ');
const keyOf = (rule: BreakerRule, scope: StopScope): string => `${rule.name} ${scopeKey(scope)}`;
