import type { FunctionFragment, Interface, ParamType } from 'ethers';
import type { Hex } from './wire.js';

/**
 * Calls and answers whose every value is one word of 32 bytes, encoded and decoded without the general coder, which takes a hundred times as long: a reader asks for many thousands of
 * such values at every block. Whatever has another shape is left to the general coder.
 */
const WORD = 64;
/** Before an address in its word. */
const EMPTY = '0'.repeat(24);
const SIGN = 1n << 255n;
const WRAP = 1n << 256n;

type Kind = { readonly name: 'address' | 'int' | 'bool' | 'bytes32' } | { readonly name: 'uint'; readonly bits: bigint };

interface Shape {
  readonly selector: Hex;
  /** Null where an input, or an output, is no single word. */
  readonly inputs: readonly Kind[] | null;
  readonly outputs: readonly Kind[] | null;
}

const shapes = new WeakMap<Interface, Map<string, Shape>>();

/** The function's selector and, where they are words, the kinds of its values. @throws Error as the general coder does for a name that is not there */
export function shapeOf(abi: Interface, name: string): Shape {
  let known = shapes.get(abi);
  if (known === undefined) shapes.set(abi, (known = new Map<string, Shape>()));
  let shape = known.get(name);
  if (shape === undefined) known.set(name, (shape = describe(abi, name)));
  return shape;
}

function describe(abi: Interface, name: string): Shape {
  const fragment: FunctionFragment | null = abi.getFunction(name);
  if (fragment === null) throw new Error(`no function ${name}`);
  return { selector: fragment.selector as Hex, inputs: kindsOf(fragment.inputs), outputs: kindsOf(fragment.outputs) };
}

function kindsOf(params: readonly ParamType[]): readonly Kind[] | null {
  const kinds = params.map(({ type }) => kindOf(type));
  return kinds.includes(null) ? null : (kinds as Kind[]);
}

function kindOf(type: string): Kind | null {
  const bits = /^uint(\d+)$/.exec(type)?.[1];
  if (bits !== undefined) return { name: 'uint', bits: BigInt(bits) };
  if (type === 'int256') return { name: 'int' };
  return type === 'address' || type === 'bool' || type === 'bytes32' ? { name: type } : null;
}

/** The call's data; null where a value does not fit its kind plainly: the general coder then says what is wrong with it. */
export function encodeWords({ selector, inputs }: Shape, args: readonly unknown[]): Hex | null {
  if (inputs === null || inputs.length !== args.length) return null;
  let data: string = selector;
  for (const [index, kind] of inputs.entries()) {
    const word = encodeWord(kind, args[index]);
    if (word === null) return null;
    data += word;
  }
  return data as Hex;
}

function encodeWord({ name }: Kind, value: unknown): string | null {
  if (name === 'address') return typeof value === 'string' && /^0x[0-9a-f]{40}$/.test(value) ? value.slice(2).padStart(WORD, '0') : null;
  if (name === 'bytes32') return typeof value === 'string' && /^0x[0-9a-f]{64}$/.test(value) ? value.slice(2) : null;
  return null;
}

/** The values of an answer; null where it is not as many whole words as the function gives at least, or one holds more than its kind can. */
export function decodeWords({ outputs }: Shape, data: Hex): unknown[] | null {
  if (outputs === null || data.length < 2 + outputs.length * WORD || (data.length - 2) % WORD !== 0) return null;
  const values: unknown[] = [];
  for (const [index, kind] of outputs.entries()) {
    const value = decodeWord(kind, data.slice(2 + index * WORD, 2 + (index + 1) * WORD));
    if (value === null) return null;
    values.push(value);
  }
  return values;
}

function decodeWord(kind: Kind, word: string): bigint | boolean | string | null {
  if (kind.name === 'bytes32') return `0x${word}`;
  if (kind.name === 'address') return word.startsWith(EMPTY) ? `0x${word.slice(EMPTY.length)}` : null;
  const raw = BigInt(`0x${word}`);
  if (kind.name === 'uint') return raw >> kind.bits === 0n ? raw : null;
  if (kind.name === 'int') return raw >= SIGN ? raw - WRAP : raw;
  return raw > 1n ? null : raw === 1n;
}
