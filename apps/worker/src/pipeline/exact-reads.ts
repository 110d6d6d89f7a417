import { Logger } from '@nestjs/common';
import { RpcUnreachable, type BlockRef } from '@ballast/connectors';
import { PROTOCOL_NAMES, type LendingPosition, type LendingProtocol } from '@ballast/positions';
import type { VenueReader } from '@ballast/readers';
import { healthAgrees } from '@ballast/risk';
import type { Address } from '@ballast/units';

const log = new Logger('Reads');

/**
 * Reads the accounts, and once more when an answer fails or does not add up: a node that is just taking in a block may mix two.
 * An account that still cannot be read is left out, so that one never blinds the others; its stored state grows old, which is shown. Its protocol is put into `missed`.
 * @throws RpcUnreachable
 */
export async function readExactly(reader: VenueReader, accounts: readonly Address[], block: BlockRef, missed: Set<LendingProtocol>): Promise<readonly LendingPosition[]> {
  if (accounts.length === 0) return [];
  const first = await reader.read(accounts, block).catch(passing);
  if (first?.every(healthAgrees)) return first;
  reader.forget?.(first === null ? accounts : first.filter((position) => !healthAgrees(position)).map(({ account }) => account));
  const second = await reader.read(accounts, block).catch(passing);
  if (second !== null || accounts.length === 1) return second ?? first ?? leftOut(reader, accounts, block, missed);
  const half = Math.ceil(accounts.length / 2);
  return [...(await readExactly(reader, accounts.slice(0, half), block, missed)), ...(await readExactly(reader, accounts.slice(half), block, missed))];
}

function leftOut({ protocol }: VenueReader, accounts: readonly Address[], block: BlockRef, missed: Set<LendingProtocol>): readonly LendingPosition[] {
  missed.add(protocol);
  log.error(`account ${accounts[0]} cannot be read on ${PROTOCOL_NAMES[protocol]} at block ${block.number}`);
  return [];
}

/** A node that does not answer is the head poller's to tell; an answer that cannot be used is worth a second look. */
function passing(error: unknown): null {
  if (error instanceof RpcUnreachable) throw error;
  return null;
}
