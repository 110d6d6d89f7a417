import { Logger } from '@nestjs/common';
import { BREAKERS, type Intent, type Stop } from '@ballast/policy';
import { partsOf } from '@ballast/positions';
import type { SwitchStore } from '@ballast/storage';
import type { Page } from './board.js';

/**
 * For the executor's `onDefect`: a call would do, or did, what must never be, such as changing balances otherwise than agreed or leaving the signed band. Everything at that
 * protocol is stopped before anything else is done, and people are called. Resolves once the stop is in force.
 */
export function haltOnDefect(switches: Pick<SwitchStore, 'stop'>, page: Page): (intent: Pick<Intent, 'id' | 'plan'>, failure: { readonly code: string; readonly message: string }) => Promise<void> {
  const log = new Logger('Defects');
  return async ({ id, plan }, { code, message }) => {
    const { chainId, protocol } = partsOf(plan.positionId);
    const stop: Stop = { scope: { kind: 'protocol', chainId, protocol }, stops: 'all', setBy: BREAKERS.defect.name, reason: `an action of ours would not have done what it must: ${message.replace(/\.$/, '')}` };
    log.error(`intent ${id} for ${plan.positionId}: ${code}: ${message}`);
    await switches.stop(stop, page(stop, BREAKERS.defect));
  };
}
