import { callOf, decodeResult, type Pinned, type ReadClient } from '@ballast/connectors';
import { hash32, rawAmount, type Hash32, type RawAmount } from '@ballast/units';
import { z } from 'zod';
import { GUARDS, keyOf, type GuardedLoan } from './signed-form.js';

const ZERO = hash32(`0x${'0'.repeat(64)}`);
const hash = z.string().transform(hash32);

/** What the guard holds about one pair (on Morpho: market) of an owner at one block. */
export interface GuardPosition {
  /** The mandate last put in force for the pair; null when none or revoked. */
  readonly activeHash: Hash32 | null;
  /** False once the owner has revoked everything after activating: the mandate is then dead although `activeHash` names it. */
  readonly epochMatches: boolean;
  /** What the next mandate for the pair must name as `prev`. */
  readonly prev: Hash32;
  /** The mandate that is in force: `activeHash` where the epoch matches, else null. */
  readonly live: Hash32 | null;
  /** Number of actions so far. */
  readonly seq: bigint;
  /** FILL's day budget already used, as the guard counts it. */
  readonly used: RawAmount;
}

/** Reads the mandate's state on chain. @throws ReadFailed when there is no guard at that address */
export async function readGuardPosition(client: ReadClient, loan: GuardedLoan, block: Pinned): Promise<GuardPosition> {
  const { guard, terms: { owner } } = loan;
  const guardAbi = GUARDS[loan.place.guard];
  const key = [owner, ...keyOf(loan)];
  const [stored, epochNow, prevNow] = await client.multicall(block, [
    callOf(guard, guardAbi, 'position', key),
    callOf(guard, guardAbi, 'epochOf', [owner]),
    callOf(guard, guardAbi, 'prevOf', key),
  ]);
  const [, activeHash, epoch, seq, , used] = decodeResult(guardAbi, 'position', z.tuple([hash, hash, hash, z.bigint(), z.bigint(), z.bigint()]), stored);
  const [current] = decodeResult(guardAbi, 'epochOf', z.tuple([hash]), epochNow);
  const [prev] = decodeResult(guardAbi, 'prevOf', z.tuple([hash]), prevNow);
  const active = activeHash === ZERO ? null : activeHash;
  const epochMatches = epoch === current;
  return { activeHash: active, epochMatches, prev, live: epochMatches ? active : null, seq, used: rawAmount(used) };
}
