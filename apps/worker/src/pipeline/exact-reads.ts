import { Logger } from '@nestjs/common';
import { RpcUnreachable, type BlockRef } from '@ballast/connectors';
import { PROTOCOL_NAMES, type LendingPosition } from '@ballast/positions';
import type { VenueReader } from '@ballast/readers';
import { healthAgrees } from '@ballast/risk';
import type { Address } from '@ballast/units';

const log = new Logger('Reads');

export interface ExactRead {
  readonly positions: readonly LendingPosition[];
  /** The accounts that were read, those without a loan too. */
  readonly known: readonly Address[];
}

const NOTHING: ExactRead = { positions: [], known: [] };

/**
 * Reads the accounts, and once more when an answer fails or does not add up: a node that is just taking in a block may mix two.
 * An account that still cannot be read is left out, so that one never blinds the others; its stored state grows old, which is shown.
 * @throws RpcUnreachable
 */
export async function readExactly(reader: VenueReader, accounts: readonly Address[], block: BlockRef): Promise<ExactRead> {
  if (accounts.length === 0) return NOTHING;
  const whole = (positions: readonly LendingPosition[]): ExactRead => ({ positions, known: accounts });
  const first = await reader.read(accounts, block).catch(passing);
  if (first?.every(healthAgrees)) return whole(first);
  reader.forget?.(first === null ? accounts : first.filter((position) => !healthAgrees(position)).map(({ account }) => account));
  const second = (await reader.read(accounts, block).catch(passing)) ?? (accounts.length === 1 ? first : null);
  if (second !== null) return whole(second);
  if (accounts.length === 1) {
    log.error(`account ${accounts[0]} cannot be read on ${PROTOCOL_NAMES[reader.protocol]} at block ${block.number}`);
    return NOTHING;
  }
  const half = Math.ceil(accounts.length / 2);
  const [one, other] = [await readExactly(reader, accounts.slice(0, half), block), await readExactly(reader, accounts.slice(half), block)];
  return { positions: [...one.positions, ...other.positions], known: [...one.known, ...other.known] };
}

/** A node that does not answer is the head poller's to tell; an answer that cannot be used is worth a second look. */
function passing(error: unknown): null {
  if (error instanceof RpcUnreachable) throw error;
  return null;
}
