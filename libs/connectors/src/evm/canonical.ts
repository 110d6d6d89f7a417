import { ReadFailed } from '../errors.js';
import { parseAnswer, wire, type MinedLog } from './wire.js';

/** A node's answer in a form that is equal exactly when two answers say the same. */
export interface Answer {
  readonly key: string;
  /** As the node gave it, logs in the order of the chain. */
  readonly value: unknown;
  /** It knows of no such block or transaction: a node that lags says so too, and it is no lie. */
  readonly isAbsent: boolean;
}

/**
 * Parses an answer and returns it so that letter case, leading zeros, order of logs and fields that we do not read make no difference.
 * @throws ReadFailed when it is not an answer to this question: another shape, or of another block or transaction than asked for
 */
export function canonical(method: string, params: readonly unknown[], value: unknown): Answer {
  switch (method) {
    case 'eth_call':
    case 'eth_getCode':
    case 'eth_getStorageAt':
      return present(parseAnswer(method, wire.bytes, value), value);
    case 'eth_getBalance':
    case 'eth_getTransactionCount':
      return present(parseAnswer(method, wire.quantity, value).toString(), value);
    case 'eth_getBlockByNumber':
      return blockAnswer(params[0], value);
    case 'eth_getLogs':
      return logsAnswer(params[0], value);
    case 'eth_getTransactionReceipt':
      return receiptAnswer(params[0], value);
    case 'eth_getTransactionByHash': {
      const transaction = parseAnswer(method, wire.transactionOrNull, value);
      return transaction === null ? { key: 'null', value, isAbsent: true } : present(text(transaction), value);
    }
    case 'eth_simulateV1':
      // Gas and the simulated block's own fields differ between kinds of node; what the calls did does not.
      return present(text(parseAnswer(method, wire.simulatedBlock, value).map(({ calls }) => calls.map(({ status, returnData, error }) => [status, returnData, error?.data ?? null]))), value);
    default:
      return present(text(value), value);
  }
}

function blockAnswer(asked: unknown, value: unknown): Answer {
  const block = parseAnswer('eth_getBlockByNumber', wire.blockOrNull, value);
  if (block === null) return { key: 'null', value, isAbsent: true };
  if (typeof asked === 'string' && asked.startsWith('0x') && block.number !== BigInt(asked)) throw new ReadFailed('eth_getBlockByNumber', `block ${block.number}`, `block ${BigInt(asked)}`);
  return present(text(block), value);
}

function logsAnswer(filter: unknown, value: unknown): Answer {
  const logs = parseAnswer('eth_getLogs', wire.logs, value);
  const { blockHash } = (filter ?? {}) as { blockHash?: unknown };
  const strange = typeof blockHash === 'string' ? logs.find((log) => log.blockHash !== blockHash.toLowerCase()) : undefined;
  if (strange !== undefined) throw new ReadFailed('eth_getLogs', `a log of block ${strange.blockHash}`, `logs of block ${String(blockHash)}`);
  const order = logs.map((_, index) => index).sort((a, b) => byPlace(logs[a] as MinedLog, logs[b] as MinedLog));
  return present(text(order.map((index) => plain(logs[index] as MinedLog))), order.map((index) => (value as unknown[])[index]));
}

function receiptAnswer(hash: unknown, value: unknown): Answer {
  const receipt = parseAnswer('eth_getTransactionReceipt', wire.receiptOrNull, value);
  if (receipt === null) return { key: 'null', value, isAbsent: true };
  if (typeof hash === 'string' && receipt.transactionHash !== hash.toLowerCase()) throw new ReadFailed('eth_getTransactionReceipt', `a receipt of ${receipt.transactionHash}`, `a receipt of ${hash}`);
  return present(text({ ...receipt, to: receipt.to ?? null, logs: [...receipt.logs].sort(byPlace).map(plain) }), value);
}

const present = (key: string, value: unknown): Answer => ({ key, value, isAbsent: false });

/** Logs are one set by block and place in it; anything else in them settles the order of two that claim the same place. */
const byPlace = (a: MinedLog, b: MinedLog): number => Number(a.blockNumber - b.blockNumber) || Number(a.logIndex - b.logIndex) || (text(plain(a)) < text(plain(b)) ? -1 : 1);

/** Some nodes leave `removed` out where it is false. */
const plain = (log: MinedLog): unknown => ({ ...log, removed: log.removed ?? false });

/** Equal for equal values, whatever the order of their fields. */
const text = (value: unknown): string => JSON.stringify(sorted(value), (_, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner)) ?? 'nothing';

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, sorted(inner)]));
}
