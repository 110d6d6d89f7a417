import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { clientOrderId, type ClientOrderId, type InstrumentId, type VenueAccountId } from '@ballast/positions';
import { BallastError, type ContractsE18, type UsdE8 } from '@ballast/units';
import { z } from 'zod';

/** What an order has to be looked up by, and what of its worth a fill is. */
export interface AskedFor {
  readonly account: VenueAccountId;
  readonly contracts: ContractsE18;
  readonly validUntil: number;
}

/**
 * `order` is written before an order leaves, `ended` once it is known what of it was executed, and again where more was. `key` is `<environment>:<venue>:<name>`. Lines from before there was `asked` have none: such an order
 * counts for its day unless its end is written.
 */
export type LogEntry =
  | { readonly kind: 'order'; readonly at: number; readonly key: string; readonly clientId: ClientOrderId; readonly instrument: InstrumentId; readonly side: 'buy' | 'sell'; readonly reduceOnly: boolean; readonly worthUsdE8: UsdE8; readonly asked?: AskedFor | undefined }
  | { readonly kind: 'ended'; readonly at: number; readonly key: string; readonly clientId: ClientOrderId; readonly worthUsdE8: UsdE8 };

/** The file is not what the gateway wrote, is another's, or cannot be written: nothing is sent without a record of it. */
export class LogUnusable extends BallastError {
  readonly code = 'log-unusable';
  readonly disposition = 'invalid';
  constructor(readonly file: string, readonly given: string, readonly expected: string) {
    super(`${file}: got ${given}, expected ${expected}`);
  }
}

const usd = z.string().regex(/^\d{1,40}$/).transform((text) => BigInt(text) as UsdE8);
const shared = { at: z.iso.datetime().transform((text) => Date.parse(text)), key: z.string().min(1).max(200), clientId: z.string().regex(/^[0-9a-f]{32}$/).transform(clientOrderId), worthUsdE8: usd };
const asked = z.object({ account: z.string().min(1).max(300).transform((text) => text as VenueAccountId), contracts: z.string().regex(/^\d{1,60}$/).transform((text) => BigInt(text) as ContractsE18), validUntil: z.number() });
const entry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('order'), ...shared, instrument: z.string().transform((text) => text as InstrumentId), side: z.enum(['buy', 'sell']), reduceOnly: z.boolean(), asked: asked.optional() }),
  z.object({ kind: z.literal('ended'), ...shared }),
]);

/** An entry as a line of the file, with its end. */
export const lineOf = (one: LogEntry): string => `${JSON.stringify({ ...one, at: new Date(one.at).toISOString() }, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))}\n`;

/** The entries in the first so many bytes of the file, oldest first. @throws LogUnusable when a line is not what was written */
export async function* entriesIn(file: string, bytes: number): AsyncGenerator<LogEntry> {
  if (bytes === 0) return;
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file, { end: bytes - 1 }), crlfDelay: Infinity })) {
    number += 1;
    yield entryOf(line, () => new LogUnusable(file, `line ${number}: ${JSON.stringify(line.slice(0, 60))}`, 'a line that the gateway wrote'));
  }
}

function entryOf(line: string, unusable: () => Error): LogEntry {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw unusable();
  }
  const parsed = entry.safeParse(json);
  if (!parsed.success) throw unusable();
  return parsed.data;
}
