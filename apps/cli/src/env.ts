import { z } from 'zod';

/** What `ballast start` reads. Every part that is named by a variable is used instead of the embedded one. */
const SCHEMA = z.object({
  PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  BALLAST_HOME: z.string().min(1).default('.ballast'),
  BALLAST_DATA: z.string().min(1).default('../shared'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  RPC_URLS: z.string().min(1).optional(),
  ADDRESS_BOOK: z.string().min(1).optional(),
  SIGNER_KEYSTORES: z.string().min(1).optional(),
  SIGNER_PASSWORD_FILE: z.string().min(1).optional(),
  SIGNER_MOST_COINS_PER_HOUR: z.string().min(1).optional(),
  SIGNER_URL: z.string().min(1).optional(),
  SIGNER_SOCKET: z.string().min(1).optional(),
  SIGNER_TOKEN_FILE: z.string().min(1).optional(),
  GATEWAY_ENVIRONMENT: z.enum(['paper', 'live']).optional(),
  GATEWAY_URL: z.string().min(1).optional(),
  GATEWAY_SOCKET: z.string().min(1).optional(),
  GATEWAY_TOKEN_FILE: z.string().min(1).optional(),
  KEEPER_PRIVATE_KEY: z.string().min(1).optional(),
  ALLOW_PLAIN_KEEPER_KEY: z.enum(['true', 'false']).optional(),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  MAIL_FROM: z.string().optional(),
  HEARTBEAT_KEY: z.string().min(1).optional(),
  WATCHDOG_TOKEN: z.string().min(32).optional(),
  WATCHDOG_RPC_URLS: z.string().min(1).optional(),
  WATCHDOG_SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  OPERATOR_EMAILS: z.string().min(3).optional(),
});

const EXPECTED: Record<keyof z.infer<typeof SCHEMA>, string> = {
  PORT: 'a port from 1 to 65535', BALLAST_HOME: 'a folder', BALLAST_DATA: 'the folder of market data and reference values', DATABASE_URL: 'postgresql://user:password@host:port/database', REDIS_URL: 'redis://host:port',
  SMTP_URL: 'smtp://user:password@host:port', RPC_URLS: '<chain id>=<http url>, for example 1=https://rpc.example', ADDRESS_BOOK: 'the path of a JSON address book',
  SIGNER_KEYSTORES: 'a folder of encrypted keystores, or files with commas between them', SIGNER_PASSWORD_FILE: 'a file with the keystores\' password, readable by its owner only', SIGNER_MOST_COINS_PER_HOUR: 'coins, for example 2',
  SIGNER_URL: 'the address of a signer that runs elsewhere', SIGNER_SOCKET: 'its unix socket', SIGNER_TOKEN_FILE: 'a file with its secret',
  GATEWAY_ENVIRONMENT: 'live, to trade at derivatives venues; beside the local chain it is always paper', GATEWAY_URL: 'the address of a gateway to derivatives venues that runs elsewhere', GATEWAY_SOCKET: 'its unix socket', GATEWAY_TOKEN_FILE: 'a file with its secret',
  KEEPER_PRIVATE_KEY: '0x and 64 hex digits', ALLOW_PLAIN_KEEPER_KEY: 'true or false', PUBLIC_URL: 'an http(s) address', MAIL_FROM: 'a sender address',
  HEARTBEAT_KEY: 'an Ed25519 private key as PKCS #8 DER in base64', WATCHDOG_TOKEN: 'at least 32 characters', WATCHDOG_RPC_URLS: '<chain id>=<http url> of a node of the watchdog alone',
  WATCHDOG_SMTP_URL: 'smtp://user:password@host:port of a mail server of the watchdog alone', OPERATOR_EMAILS: 'mail addresses, separated by commas',
};
const SECRET = new Set(['KEEPER_PRIVATE_KEY', 'DATABASE_URL', 'SMTP_URL', 'REDIS_URL', 'HEARTBEAT_KEY', 'WATCHDOG_TOKEN', 'WATCHDOG_SMTP_URL']);

export type CliEnv = z.infer<typeof SCHEMA>;

export class InvalidSetting extends Error {}

/** Parses the variables. @throws InvalidSetting with one line a problem: the variable, what was given, what is expected */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): CliEnv {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const parsed = SCHEMA.safeParse(given);
  if (!parsed.success) {
    const names = [...new Set(parsed.error.issues.map((issue) => String(issue.path[0])))] as (keyof CliEnv)[];
    throw new InvalidSetting(names.map((name) => `${name}: got ${SECRET.has(name) ? 'a value that is not shown' : JSON.stringify(source[name])}, expected ${EXPECTED[name]}`).join('\n'));
  }
  const env = parsed.data;
  if (env.RPC_URLS) {
    const keysElsewhere = env.SIGNER_URL !== undefined || env.SIGNER_SOCKET !== undefined || env.KEEPER_PRIVATE_KEY !== undefined;
    const needed = keysElsewhere ? (['ADDRESS_BOOK'] as const) : (['ADDRESS_BOOK', 'SIGNER_KEYSTORES', 'SIGNER_PASSWORD_FILE'] as const);
    const missing = needed.filter((name) => !env[name]);
    if (missing.length > 0) throw new InvalidSetting(missing.map((name) => `${name}: got nothing, expected ${EXPECTED[name]} (RPC_URLS names a live network)`).join('\n'));
  }
  return env;
}

/** The only place of the command line that reads the process's environment. */
export const readEnv = (): CliEnv => parseEnv(process.env);
/** For a command that needs nothing else, and that nothing else that is set wrong may keep from working. */
export const readDatabaseUrl = (): string | undefined => process.env['DATABASE_URL'] || undefined;
/** What child processes keep of our environment. */
export const inherited = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name] as string]] : [])));
