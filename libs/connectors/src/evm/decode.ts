import type { Interface } from 'ethers';
import type { z } from 'zod';
import { ReadFailed } from '../errors.js';
import type { CallResult, Call } from './call.js';
import type { Hex } from './wire.js';
import type { Address } from '@ballast/units';
import { decodeWords, encodeWords, shapeOf } from './words.js';

/** The call of a contract's function. */
export function callOf(to: Address, abi: Interface, name: string, args: readonly unknown[] = []): Call {
  return { to, data: encodeWords(shapeOf(abi, name), args) ?? (abi.encodeFunctionData(name, args as unknown[]) as Hex) };
}

/**
 * The function's results as a tuple, checked against `schema`.
 * @throws ReadFailed when the data is not that function's answer
 */
export function decodeAs<S extends z.ZodType>(abi: Interface, name: string, schema: S, data: Hex): z.output<S> {
  let values: unknown = decodeWords(shapeOf(abi, name), data);
  try {
    values ??= abi.decodeFunctionResult(name, data).toArray(true);
  } catch {
    throw new ReadFailed(name, data === '0x' ? 'no data (is there a contract at that address?)' : data.slice(0, 66), `the results of ${abi.getFunction(name)?.format('sighash') ?? name}`);
  }
  const parsed = schema.safeParse(values);
  if (!parsed.success) throw new ReadFailed(name, String(values).slice(0, 200), parsed.error.issues[0]?.message ?? 'other values');
  return parsed.data;
}

/** As decodeAs, of one call in a multicall. @throws ReadFailed when the call reverted */
export function decodeResult<S extends z.ZodType>(abi: Interface, name: string, schema: S, result: CallResult | undefined): z.output<S> {
  if (result === undefined) throw new ReadFailed(name, 'no result', 'one result for each call');
  if (result.kind === 'reverted') throw new ReadFailed(name, `a revert (${result.data})`, 'an answer');
  return decodeAs(abi, name, schema, result.data);
}
