import type { z } from 'zod';
import { BY_OPERATOR, BY_OWNER, BY_SHADOW, SHADOW_WORDS } from '@ballast/policy';
import { PROTOCOL_NAMES } from '@ballast/positions';
import type { StopRecord } from '@ballast/storage';
import type * as contract from '../contract/schemas.js';

export type StopView = z.infer<typeof contract.stop>;

const WHAT = { all: 'Ballast does nothing', 'not-urgent': 'Ballast acts only for a loan whose health is under 1.05', fill: 'No collateral is sold' } as const;
const GOES_ON = { all: '', 'not-urgent': '', fill: ' Paying from the wallet goes on.' } as const;

/** A stop as pages show it. `symbolOf` names a token by its address. */
export function stopView({ scope, stops, setBy, reason, since }: StopRecord, symbolOf: (address: string) => string): StopView {
  const by = setBy === BY_OPERATOR ? 'operator' : setBy === BY_OWNER ? 'owner' : setBy === BY_SHADOW ? 'shadow' : 'breaker';
  const protocol = scope.kind === 'protocol' || scope.kind === 'asset' ? scope.protocol : null;
  const asset = scope.kind === 'asset' ? symbolOf(scope.asset) : null;
  const where = protocol === null ? '' : ` on ${PROTOCOL_NAMES[protocol]}${asset === null ? '' : `, for ${asset}`}`;
  return {
    scope: scope.kind, protocol, asset, stops, by, breaker: by === 'breaker' ? setBy : null, reason, since: since.toISOString(),
    sentence: by === 'shadow' ? `${SHADOW_WORDS}.` : `${WHAT[stops]}${where}: ${by === 'owner' ? 'the owner of this account stopped it' : reason.replace(/\.$/, '')}.${GOES_ON[stops]}`,
  };
}
