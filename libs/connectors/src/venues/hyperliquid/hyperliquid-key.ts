import { VenueKeyRefused, known, type Reading } from '@ballast/positions';
import { computeAddress } from 'ethers';
import { z } from 'zod';
import type { KeyRights, VenueCredentials } from '../venue-keys.js';
import { timeMs } from '../wire/wire-numbers.js';
import type { HyperliquidReader } from './hyperliquid-reader.js';
import { ROLE } from './hyperliquid-schemas.js';

const AGENTS = z.array(z.object({ address: z.string(), validUntil: timeMs.nullish() }));

/** The key's own address, in lower case. @throws VenueKeyRefused when it is no key, or the account's own, which can withdraw; nothing is sent for it */
export function agentOf({ account, agentKey }: Extract<VenueCredentials, { venue: 'hyperliquid' }>): string {
  if (!/^0x[0-9a-fA-F]{64}$/.test(agentKey)) throw new VenueKeyRefused('hyperliquid', 'it is not 0x and 64 hex digits');
  const agent = computeAddress(agentKey).toLowerCase();
  if (agent === account.toLowerCase()) throw new VenueKeyRefused('hyperliquid', "it is the account's own key, which can withdraw; approve an agent (API wallet) and give its key");
  return agent;
}

/** Asks whether the agent is approved by this account. @throws VenueKeyRefused where it is unknown, revoked or another account's */
export async function hyperliquidKeyRights(reader: HyperliquidReader, credentials: Extract<VenueCredentials, { venue: 'hyperliquid' }>, now: () => number): Promise<KeyRights> {
  const agent = agentOf(credentials);
  const { role, data } = await reader.ask({ type: 'userRole', user: agent }, ROLE);
  const of = data?.user?.toLowerCase();
  if (role !== 'agent') throw new VenueKeyRefused('hyperliquid', role === 'missing' ? 'the venue does not know its agent: it was revoked, has expired or was never approved' : `it is the key of an account of its own (${role}), not of an agent`);
  if (of !== credentials.account) throw new VenueKeyRefused('hyperliquid', `its agent is approved by ${of ?? 'nobody'}, not by ${credentials.account}`);
  const agents = await reader.ask({ type: 'extraAgents', user: credentials.account }, AGENTS);
  const until = agents.find(({ address }) => address.toLowerCase() === agent)?.validUntil ?? null;
  // The one agent without a name is not in the list.
  const expiresAt: Reading<number | 'never'> = until === null ? { kind: 'unknown', why: 'the venue lists agents with a name alone' } : known(until, now());
  return { told: `agent of ${credentials.account}`, expiresAt };
}
