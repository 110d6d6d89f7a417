import { address, hash32, type Address, type Hash32 } from '@ballast/units';
import { z } from 'zod';
import { ReadFailed } from '../errors.js';

export type Hex = `0x${string}`;

const quantity = z.string().regex(/^0x[0-9a-fA-F]{1,64}$/, 'a hex quantity').transform((text) => BigInt(text));
const bytes = z.string().regex(/^0x([0-9a-fA-F]{2})*$/, 'hex bytes').transform((text) => text.toLowerCase() as Hex);
const hash = z.string().regex(/^0x[0-9a-fA-F]{64}$/, 'a 32-byte hash').transform((text): Hash32 => hash32(text));
const account = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'an address').transform((text): Address => address(text));

const block = z.object({ number: quantity, hash, parentHash: hash.optional(), timestamp: quantity, baseFeePerGas: quantity.optional() });
const log = z.object({
  address: account,
  topics: z.array(hash),
  data: bytes,
  blockNumber: quantity,
  blockHash: hash,
  transactionHash: hash,
  logIndex: quantity,
  removed: z.boolean().optional(),
});
const receipt = z.object({
  transactionHash: hash,
  blockNumber: quantity,
  blockHash: hash,
  from: account,
  to: account.nullish(),
  status: quantity,
  gasUsed: quantity,
  effectiveGasPrice: quantity,
  logs: z.array(log),
});
const transaction = z.object({ hash, input: bytes });
const simulatedCall = z.object({
  status: quantity,
  gasUsed: quantity,
  returnData: bytes,
  logs: z.array(z.object({ address: account, topics: z.array(hash), data: bytes })).default([]),
  error: z.object({ message: z.string().optional(), data: bytes.optional().catch(undefined) }).optional(),
});
const simulation = z.array(z.object({ calls: z.array(simulatedCall).length(1) })).length(1);
const simulatedBlock = z.array(z.object({ calls: z.array(simulatedCall) })).length(1);

/** What a JSON-RPC node sends, as Ballast takes it in: quantities as bigint, addresses and hashes in lower case. */
export const wire = { quantity, bytes, hash, block, blockOrNull: block.nullable(), logs: z.array(log), receiptOrNull: receipt.nullable(), transactionOrNull: transaction.nullable(), simulation, simulatedBlock };

export type EventLog = Pick<z.output<typeof log>, 'address' | 'topics' | 'data'>;
export type MinedLog = z.output<typeof log>;
export type Receipt = z.output<typeof receipt>;

/** Returns the answer in our types. @throws ReadFailed naming the field that is not as expected */
export function parseAnswer<S extends z.ZodType>(what: string, schema: S, answer: unknown): z.output<S> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ReadFailed([what, ...(issue?.path ?? [])].join('.'), (JSON.stringify(answer) ?? 'nothing').slice(0, 200), issue?.message ?? 'another shape');
}
