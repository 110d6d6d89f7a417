import { Logger } from '@nestjs/common';
import { BREAKERS, isDefect, type Stop } from '@ballast/policy';
import { partsOf, type PositionId } from '@ballast/positions';
import type { SwitchStore } from '@ballast/storage';
import type { Page } from './board.js';

/** A failure as the executor met it, in a rehearsal or on chain. */
export interface DefectSeen {
  readonly positionId: PositionId;
  /** The stable code of the failure. */
  readonly code: string;
  readonly message: string;
}

/**
 * What the executor calls when a call would have changed balances otherwise than agreed, or would have left the signed band: everything at that protocol is stopped
 * before anything else is signed, and people are called. Codes that an honest market explains stop nothing. Resolves once the stop is in force.
 */
export function haltOnDefect(switches: Pick<SwitchStore, 'stop'>, page: Page): (seen: DefectSeen) => Promise<void> {
  const log = new Logger('Defects');
  return async ({ positionId, code, message }) => {
    if (!isDefect(code)) return;
    const { chainId, protocol } = partsOf(positionId);
    const stop: Stop = { scope: { kind: 'protocol', chainId, protocol }, stops: 'all', setBy: BREAKERS.defect.name, reason: `an action for ${positionId} would not have done what it must: ${message}` };
    log.error(stop.reason);
    await switches.stop(stop, page(stop, BREAKERS.defect));
  };
}
