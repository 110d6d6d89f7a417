import type { ComparedCode, WatchedCode } from '@ballast/policy';
import type { ChainId } from '@ballast/units';
import { clientOf, type Database } from '../database.js';

/** What protocols run on, beside what was accepted. */
export class AcceptedCodeStore {
  constructor(private readonly database: Database) {}

  /**
   * Notes what is seen now and returns it beside what was accepted. What was never seen before is accepted as it is: the address book's contracts are checked by
   * whoever writes it. An operator who takes the stop away accepts what was seen last.
   */
  async compare(chain: ChainId, found: readonly WatchedCode[]): Promise<readonly ComparedCode[]> {
    const client = clientOf(this.database);
    const known = await client.acceptedCode.findMany({ where: { chainId: chain } });
    const rowOf = ({ protocol, what }: WatchedCode) => known.find((row) => row.protocol === protocol && row.what === what);
    const fresh = found.filter((one) => rowOf(one) === undefined);
    if (fresh.length > 0) {
      await client.acceptedCode.createMany({ data: fresh.map(({ protocol, what, seen, asset }) => ({ chainId: chain, protocol, what, seen, accepted: seen, asset: asset ?? '' })), skipDuplicates: true });
    }
    const moved = found.filter((one) => rowOf(one) !== undefined && rowOf(one)?.seen !== one.seen);
    for (const { protocol, what, seen } of moved) await client.acceptedCode.update({ where: { chainId_protocol_what: { chainId: chain, protocol, what } }, data: { seen } });
    return found.map((one) => ({ ...one, accepted: rowOf(one)?.accepted ?? null }));
  }
}
