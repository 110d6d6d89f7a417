import { Interface, Result, type InterfaceAbi, type ParamType } from 'ethers';

/** What the generated files in `calls/` are made of: ethers encodes and decodes, the generated types say what goes in and comes out. */
export type Hex = `0x${string}`;

/** A whole number as an argument; answers are always bigint. */
export type Whole = bigint | number;

export interface TypedCall<Args extends readonly unknown[], Answer> {
  readonly selector: Hex;
  /** The data of a call. @throws TypeError (ethers) when a value does not fit its type */
  encode(...args: Args): Hex;
  /** What a call returned: one value as it is, several by name, none as undefined. @throws AnswerUnreadable when it is something else */
  decode(data: string): Answer;
  /** The arguments of a call's data; null when it is a call of another function, or not exactly what `encode` makes of them. */
  read(data: string): Args | null;
}

/** A contract answered with bytes that its interface does not say. */
export class AnswerUnreadable extends Error {
  readonly code = 'ANSWER_UNREADABLE';

  constructor(readonly method: string, readonly given: string) {
    super(`${method} answered ${given.length > 66 ? `${given.slice(0, 66)}…` : given}; expected what its interface says`);
  }
}

export const faceOf = (abi: readonly unknown[]): Interface => new Interface(abi as InterfaceAbi);

const nameOf = (parameter: ParamType, index: number): string => (parameter.name === '' ? `argument${index}` : parameter.name.replace(/_$/, ''));

/** A decoded value as plain lists and objects, structs by the names of their fields. */
function plain(value: unknown, type: ParamType): unknown {
  if (type.isArray()) return [...(value as Iterable<unknown>)].map((item) => plain(item, type.arrayChildren));
  if (type.isTuple()) return byName(value as Iterable<unknown>, type.components);
  return value;
}

function byName(values: Iterable<unknown>, types: readonly ParamType[]): Record<string, unknown> {
  return Object.fromEntries([...values].map((value, index) => [nameOf(types[index] as ParamType, index), plain(value, types[index] as ParamType)]));
}

export function typedCall<Args extends readonly unknown[], Answer>(face: Interface, name: string): TypedCall<Args, Answer> {
  const fragment = face.getFunction(name);
  if (fragment === null) throw new TypeError(`no function ${name}`);
  const encode = (...args: Args): Hex => face.encodeFunctionData(fragment, args) as Hex;
  return {
    selector: fragment.selector as Hex,
    encode,
    decode: (data) => {
      let values: Result;
      try {
        values = face.decodeFunctionResult(fragment, data);
        if (fragment.outputs.length > 0 && face.encodeFunctionResult(fragment, values) !== data.toLowerCase()) throw new TypeError('more than it says');
      } catch {
        throw new AnswerUnreadable(name, data);
      }
      if (fragment.outputs.length === 0) return undefined as Answer;
      return (fragment.outputs.length === 1 ? plain(values[0], fragment.outputs[0] as ParamType) : byName(values, fragment.outputs)) as Answer;
    },
    read: (data) => {
      try {
        const values = face.decodeFunctionData(fragment, data);
        const args = [...values].map((value, index) => plain(value, fragment.inputs[index] as ParamType)) as unknown as Args;
        return encode(...args) === data.toLowerCase() ? args : null;
      } catch {
        return null;
      }
    },
  };
}

/** Reads revert data as one of a contract's own errors; null when it is none of them, or its arguments are missing. */
export function errorReader<Union>(face: Interface): (data: string) => Union | null {
  return (data) => {
    const fragment = face.getError(data.slice(0, 10));
    if (fragment === null || fragment.name === 'Error' || fragment.name === 'Panic') return null;
    try {
      return { name: fragment.name, args: byName(face.decodeErrorResult(fragment, data), fragment.inputs) } as Union;
    } catch {
      return null;
    }
  };
}

/** Reads a log as one of a contract's own events; null when it is none of them. Whose log it is, the caller knows. */
export function eventReader<Union>(face: Interface): (log: { readonly topics: readonly string[]; readonly data: string }) => Union | null {
  return ({ topics, data }) => {
    const fragment = topics[0] === undefined ? null : face.getEvent(topics[0]);
    if (fragment === null) return null;
    try {
      return { name: fragment.name, args: byName(face.decodeEventLog(fragment, data, topics), fragment.inputs) } as Union;
    } catch {
      return null;
    }
  };
}
