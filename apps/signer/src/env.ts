import { InvalidEnvironment, parseVariables, problemOf, readAddressBook, type EnvProblem } from '@ballast/environment';
import { parseDecimal } from '@ballast/units';
import { z } from 'zod';

const LOOPBACK = /^(127(?:\.\d{1,3}){3}|localhost|\[::1\]):(\d{1,5})$/;
const GWEI = 10n ** 9n;

const COIN_DECIMALS = 18;

const SCHEMA = z.object({
  CHAIN_ID: z.coerce.number().int().positive().meta({ expected: 'the chain for which to sign, for example 1' }),
  ADDRESS_BOOK: z.string().min(1).meta({ expected: 'the path of a readable JSON address book' }),
  SIGNER_LISTEN: z.string().regex(LOOPBACK).optional().meta({ expected: 'a loopback address and a port, for example 127.0.0.1:4601' }),
  SIGNER_SOCKET: z.string().min(1).max(100).optional().meta({ expected: 'the path of a unix socket, at most 100 characters' }),
  SIGNER_TOKEN_FILE: z.string().min(1).optional().meta({ expected: 'a file with the secret that workers show, readable by its owner only' }),
  SIGNER_KEYSTORES: z.string().min(1).optional().meta({ expected: 'a folder of encrypted JSON keystores, or files with commas between them' }),
  SIGNER_PASSWORD_FILE: z.string().min(1).optional().meta({ expected: 'a file with the keystores\' password, readable by its owner only' }),
  KEEPER_PRIVATE_KEY: z.string().regex(/^0x[0-9a-fA-F]{64}(\s*,\s*0x[0-9a-fA-F]{64})*$/).optional().meta({ expected: '0x and 64 hex digits, several with commas between them', secret: true }),
  ALLOW_PLAIN_KEEPER_KEY: z.enum(['true', 'false']).default('false').transform((text) => text === 'true').meta({ expected: 'true or false' }),
  SIGNER_LOG: z.string().min(1).meta({ expected: 'the path of the file to which every signature is written' }),
  SIGNER_MOST_GWEI_PER_GAS: z.string().regex(/^\d{1,9}$/).default('4000').transform((text) => BigInt(text) * GWEI).meta({ expected: 'whole gwei for one unit of gas' }),
  SIGNER_MOST_GAS: z.string().regex(/^\d{5,9}$/).default('2000000').transform(BigInt).meta({ expected: 'units of gas for one transaction, at least 10000' }),
  SIGNER_MOST_COINS_PER_HOUR: z.string().regex(/^\d{1,9}(\.\d{1,18})?$/).default('2').transform((text) => parseDecimal(text, COIN_DECIMALS)).refine((wei) => wei > 0n).meta({ expected: 'coins that a lane may commit to fees in an hour, for example 2 or 0.5' }),
});

/** Where the keys come from. */
export type KeySource = { readonly kind: 'keystores'; readonly setting: string; readonly passwordFile: string } | { readonly kind: 'plain'; readonly keys: readonly string[] };

export interface SignerEnv {
  readonly chainId: number;
  readonly addressBook: unknown;
  readonly addressBookPath: string;
  readonly listen: { readonly host: string; readonly port: number } | { readonly socketPath: string };
  /** Null where the socket's permissions say who may ask. */
  readonly tokenFile: string | null;
  readonly keys: KeySource;
  readonly logFile: string;
  /** Wei. */
  readonly maxFeePerGas: bigint;
  readonly maxGasLimit: bigint;
  readonly mostWeiPerHour: bigint;
}

type Parsed = z.output<typeof SCHEMA>;
type Variable = keyof typeof SCHEMA.shape;

/** Parses the environment as a whole; an empty variable counts as absent. @throws InvalidEnvironment listing every problem at once */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): SignerEnv {
  const { env, problems } = parseVariables(SCHEMA, source);
  if (env !== null) problems.push(...conflicts(env));
  const book = source['ADDRESS_BOOK'] ? readAddressBook(source['ADDRESS_BOOK']) : null;
  if (book !== null && 'problem' in book) problems.push(book.problem);
  if (problems.length > 0 || env === null || book === null || 'problem' in book) throw new InvalidEnvironment(problems);
  const [, host = '', port = ''] = LOOPBACK.exec(env.SIGNER_LISTEN ?? '') ?? [];
  return {
    chainId: env.CHAIN_ID, addressBook: book.json, addressBookPath: env.ADDRESS_BOOK, tokenFile: env.SIGNER_TOKEN_FILE ?? null, logFile: env.SIGNER_LOG,
    listen: env.SIGNER_SOCKET !== undefined ? { socketPath: env.SIGNER_SOCKET } : { host: host.replace(/^\[|\]$/g, ''), port: Number(port) },
    keys: env.KEEPER_PRIVATE_KEY === undefined
      ? { kind: 'keystores', setting: env.SIGNER_KEYSTORES ?? '', passwordFile: env.SIGNER_PASSWORD_FILE ?? '' }
      : { kind: 'plain', keys: env.KEEPER_PRIVATE_KEY.split(',').map((key) => key.trim()) },
    maxFeePerGas: env.SIGNER_MOST_GWEI_PER_GAS, maxGasLimit: env.SIGNER_MOST_GAS, mostWeiPerHour: env.SIGNER_MOST_COINS_PER_HOUR,
  };
}

/** What the variables say together. */
function conflicts(env: Parsed): EnvProblem[] {
  const problems: EnvProblem[] = [];
  const missing = (variable: Variable, why: string): void => void problems.push({ variable, given: 'nothing', expected: `${problemOf(SCHEMA, variable, undefined).expected}${why}` });
  if (env.SIGNER_LISTEN === undefined && env.SIGNER_SOCKET === undefined) missing('SIGNER_LISTEN', ', or SIGNER_SOCKET with the path of a unix socket');
  if (env.SIGNER_LISTEN !== undefined && env.SIGNER_SOCKET !== undefined) problems.push({ variable: 'SIGNER_SOCKET', given: 'a path beside SIGNER_LISTEN', expected: 'one of the two' });
  if (env.SIGNER_LISTEN !== undefined && env.SIGNER_TOKEN_FILE === undefined) missing('SIGNER_TOKEN_FILE', '');
  if (env.KEEPER_PRIVATE_KEY !== undefined && !env.ALLOW_PLAIN_KEEPER_KEY) problems.push({ variable: 'KEEPER_PRIVATE_KEY', given: 'a plain key', expected: 'SIGNER_KEYSTORES with encrypted keystores; ALLOW_PLAIN_KEEPER_KEY=true takes a plain key, for a demo only' });
  if (env.KEEPER_PRIVATE_KEY !== undefined) return problems;
  if (env.SIGNER_KEYSTORES === undefined) missing('SIGNER_KEYSTORES', '');
  if (env.SIGNER_PASSWORD_FILE === undefined) missing('SIGNER_PASSWORD_FILE', '');
  return problems;
}

/** The only place of the signer that reads the process's environment. */
export const readEnv = (): SignerEnv => parseEnv(process.env);
