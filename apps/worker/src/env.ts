import { z } from 'zod';
import { parseRpcUrls } from '@ballast/connectors';
import { InvalidEnvironment, parseVariables, problemOf, readAddressBook, type EnvProblem } from '@ballast/environment';
import { heartbeatKey } from '@ballast/heartbeat';
import type { VenueEnvironment } from '@ballast/positions';

const ROLES = ['watch', 'decide', 'act', 'notify'] as const;
export type WorkerRole = (typeof ROLES)[number];

const seconds = (fallback: number) => z.coerce.number().positive().max(86_400).default(fallback);
const milliseconds = (least: number, most: number, fallback: number) => z.coerce.number().int().min(least).max(most).default(fallback).meta({ expected: `milliseconds from ${least} to ${most}` });
const url = (protocols: RegExp) => z.url({ protocol: protocols });

function namesOneChain(text: string): boolean {
  try {
    return parseRpcUrls(text).size === 1;
  } catch {
    return false;
  }
}

function isHeartbeatKey(text: string): boolean {
  try {
    return heartbeatKey(text).asymmetricKeyType !== undefined;
  } catch {
    return false;
  }
}

/** What goes there is secret, so it may leave the machine only encrypted. */
function isSafeUrl(text: string): boolean {
  try {
    const { protocol, hostname } = new URL(text);
    return protocol === 'https:' || (protocol === 'http:' && /^(127(\.\d+){3}|localhost|\[::1\])$/.test(hostname));
  } catch {
    return false;
  }
}

const SCHEMA = z.object({
  DATABASE_URL: url(/^postgres(ql)?$/).meta({ expected: 'postgresql://user:password@host:port/database' }),
  REDIS_URL: url(/^rediss?$/).meta({ expected: 'redis://host:port' }),
  RPC_URLS: z.string().refine(namesOneChain).meta({ expected: 'exactly one <chain id>=<http url>, for example 1=https://rpc.example, or several of its urls with | between them, each once; run one worker a chain' }),
  PRIVATE_RELAY_URL: z.string().refine(isSafeUrl).optional().meta({ expected: 'the https address of a private relay (http only on this machine), or nothing' }),
  ADDRESS_BOOK: z.string().min(1).meta({ expected: 'the path of a readable JSON address book' }),
  PUBLIC_URL: url(/^https?$/).meta({ expected: 'the http(s) address at which people reach the dashboard' }),
  SIGNER_URL: z.string().refine(isSafeUrl).optional().meta({ expected: 'the signer\'s address, for example http://127.0.0.1:4601 (http only on this machine), or SIGNER_SOCKET with its unix socket' }),
  SIGNER_SOCKET: z.string().min(1).max(100).optional().meta({ expected: 'the path of the signer\'s unix socket' }),
  SIGNER_TOKEN_FILE: z.string().min(1).optional().meta({ expected: 'the file with the secret that the signer asks for' }),
  KEEPER_PRIVATE_KEY: z.string().regex(/^0x[0-9a-fA-F]{64}(\s*,\s*0x[0-9a-fA-F]{64})*$/).optional().meta({ expected: '0x and 64 hex digits, several with commas between them', secret: true }),
  ALLOW_PLAIN_KEEPER_KEY: z.enum(['true', 'false']).default('false').transform((text) => text === 'true').meta({ expected: 'true or false' }),
  LEADER_LEASE_MS: milliseconds(500, 600_000, 6_000),
  LEADER_RENEW_MS: milliseconds(50, 300_000, 2_000),
  SMTP_URL: url(/^smtps?$/).meta({ expected: 'smtp://user:password@host:port' }),
  MAIL_FROM: z.string().regex(/^[^@\r\n]+@[^@\r\n]+$/).default('Ballast <alerts@ballast.invalid>').meta({ expected: 'a sender, for example Ballast <alerts@example.org>' }),
  WORKER_ROLES: z
    .string()
    .default(ROLES.join(','))
    .transform((text) => text.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(ROLES)).min(1))
    .meta({ expected: `some of ${ROLES.join(', ')}, separated by commas` }),
  BLOCK_POLL_MS: z.coerce.number().int().min(20).max(60_000).default(1_000).meta({ expected: 'milliseconds from 20 to 60000' }),
  HEAD_PUSH_URLS: z
    .string()
    .optional()
    .transform((text) => (text === undefined ? [] : text.split('|').map((one) => one.trim())))
    .pipe(z.array(url(/^wss?$/)))
    .meta({ expected: 'ws:// or wss:// addresses of nodes that announce new blocks, with | between them' }),
  ACTION_DEADLINE_SECONDS: seconds(180).meta({ expected: 'seconds of chain time, more than 0' }),
  BLIND_AFTER_SECONDS: seconds(30).meta({ expected: 'seconds, more than 0' }),
  MAX_PRICE_AGE_SECONDS: seconds(4_500).meta({ expected: 'seconds of chain time, more than 0' }),
  OPERATOR_EMAILS: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((email) => email.trim()).filter((email) => email !== ''))
    .pipe(z.array(z.email()).max(20))
    .meta({ expected: 'mail addresses of those who run the service, separated by commas, at most 20' }),
  MAX_BASE_FEE_GWEI: z.coerce.number().positive().max(1_000_000).default(300).meta({ expected: 'gwei for a unit of gas, more than 0' }),
  MAX_SPEND_PER_HOUR: z.coerce.number().positive().max(1_000_000).default(10).meta({ expected: 'coins of the chain, more than 0' }),
  BACKUP_KEEPER: z.enum(['true', 'false']).default('false').transform((text) => text === 'true').meta({ expected: 'true or false' }),
  BACKUP_BELOW_TRIGGER: z.coerce.number().min(0).max(1).default(0.02).meta({ expected: 'how far below the trigger a health must be, from 0 to 1' }),
  BACKUP_AFTER_SECONDS: seconds(60).meta({ expected: 'seconds of chain time, more than 0' }),
  BACKUP_FROM_BLOCK: z.coerce.number().int().min(0).default(0).meta({ expected: 'a block before which no mandate was put in force' }),
  HEARTBEAT_KEY: z.string().refine(isHeartbeatKey).optional().meta({ expected: 'an Ed25519 private key as PKCS #8 DER in base64 (openssl genpkey -algorithm ed25519 -outform DER | base64 -w0), or nothing', secret: true }),
  HEARTBEAT_SECONDS: z.coerce.number().int().min(1).max(30).default(5).meta({ expected: 'whole seconds from 1 to 30' }),
  GATEWAY_URL: z.string().refine(isSafeUrl).optional().meta({ expected: 'the address of the gateway to derivatives venues, for example http://127.0.0.1:4602 (http only on this machine), GATEWAY_SOCKET with its unix socket, or nothing' }),
  GATEWAY_SOCKET: z.string().min(1).max(100).optional().meta({ expected: 'the path of the gateway\'s unix socket' }),
  GATEWAY_TOKEN_FILE: z.string().min(1).optional().meta({ expected: 'the file with the secret that the gateway asks for' }),
  GATEWAY_ENVIRONMENT: z.enum(['paper', 'live']).optional().meta({ expected: 'paper or live, as the gateway has it' }),
  HEDGE_TURN_MS: milliseconds(200, 60_000, 1_500),
  ALLOW_LOOPBACK_WEBHOOKS: z.enum(['true', 'false']).default('false').transform((text) => text === 'true').meta({ expected: 'true or false' }),
});

/** Who holds the keeper's keys: a signer in another process, or this one, for demos and tests only. */
export type KeeperSource =
  | { readonly kind: 'remote'; readonly at: { readonly url: string } | { readonly socketPath: string }; readonly tokenFile: string | null }
  | { readonly kind: 'plain'; readonly keys: readonly string[] };

/** The process that holds trading keys, and whether they are of real venues. */
export interface GatewaySource {
  readonly at: { readonly url: string } | { readonly socketPath: string };
  readonly tokenFile: string | null;
  readonly environment: VenueEnvironment;
}

/** How a backup keeper waits for the first one. */
export interface BackupEnv {
  readonly belowTrigger: number;
  /** Chain seconds. */
  readonly afterSeconds: number;
  readonly fromBlock: number;
}

export interface WorkerEnv {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly rpcUrls: string;
  /** Null: signed calls go to the nodes alone. */
  readonly privateRelayUrl: string | null;
  readonly addressBook: unknown;
  readonly addressBookPath: string;
  readonly publicUrl: string;
  readonly keeper: KeeperSource;
  /** How long a leader leads without prolonging it, and how often it does. */
  readonly leaderLeaseMs: number;
  readonly leaderRenewMs: number;
  readonly smtpUrl: string;
  readonly mailFrom: string;
  readonly roles: readonly WorkerRole[];
  readonly blockPollMs: number;
  /** Nodes that announce new blocks, so that none waits for the next poll; none named: the head is polled alone. */
  readonly headPushUrls: readonly string[];
  readonly actionDeadlineSeconds: number;
  readonly blindAfterSeconds: number;
  readonly maxPriceAgeSeconds: number;
  readonly allowLoopbackWebhooks: boolean;
  /** Null in the first keeper. */
  readonly backup: BackupEnv | null;
  /** Who is called when people are needed. */
  readonly operatorEmails: readonly string[];
  /** Wei for one unit of gas beyond which only what is urgent is sent. */
  readonly maxBaseFee: bigint;
  /** Wei that all lanes together may spend on gas in an hour before only what is urgent is sent. */
  readonly maxSpendPerHour: bigint;
  /** Signs the heartbeats that a watchdog looks for; null: none are written. */
  readonly heartbeatKey: string | null;
  readonly heartbeatSeconds: number;
  /** Null: no venue can be spoken to, and every hedge that is set up is an alarm. */
  readonly gateway: GatewaySource | null;
  /** Between two looks at hedges and guarded accounts. */
  readonly hedgeTurnMs: number;
}

/** Parses the environment as a whole; an empty variable counts as absent. @throws InvalidEnvironment listing every problem at once */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): WorkerEnv {
  const { env, problems } = parseVariables(SCHEMA, source);
  if (env !== null) problems.push(...conflicts(env));
  const book = source['ADDRESS_BOOK'] ? readAddressBook(source['ADDRESS_BOOK']) : null;
  if (book !== null && 'problem' in book) problems.push(book.problem);
  if (problems.length > 0 || env === null || book === null || 'problem' in book) throw new InvalidEnvironment(problems);
  return {
    databaseUrl: env.DATABASE_URL, redisUrl: env.REDIS_URL, rpcUrls: env.RPC_URLS, privateRelayUrl: env.PRIVATE_RELAY_URL ?? null, addressBook: book.json, addressBookPath: env.ADDRESS_BOOK,
    publicUrl: env.PUBLIC_URL, keeper: keeperOf(env), leaderLeaseMs: env.LEADER_LEASE_MS, leaderRenewMs: env.LEADER_RENEW_MS, smtpUrl: env.SMTP_URL, mailFrom: env.MAIL_FROM, roles: env.WORKER_ROLES,
    blockPollMs: env.BLOCK_POLL_MS, headPushUrls: env.HEAD_PUSH_URLS, actionDeadlineSeconds: env.ACTION_DEADLINE_SECONDS, blindAfterSeconds: env.BLIND_AFTER_SECONDS,
    maxPriceAgeSeconds: env.MAX_PRICE_AGE_SECONDS, allowLoopbackWebhooks: env.ALLOW_LOOPBACK_WEBHOOKS,
    backup: env.BACKUP_KEEPER ? { belowTrigger: env.BACKUP_BELOW_TRIGGER, afterSeconds: env.BACKUP_AFTER_SECONDS, fromBlock: env.BACKUP_FROM_BLOCK } : null,
    operatorEmails: env.OPERATOR_EMAILS, maxBaseFee: BigInt(Math.round(env.MAX_BASE_FEE_GWEI * 1e9)), maxSpendPerHour: BigInt(Math.round(env.MAX_SPEND_PER_HOUR * 1e6)) * 10n ** 12n,
    heartbeatKey: env.HEARTBEAT_KEY ?? null, heartbeatSeconds: env.HEARTBEAT_SECONDS, gateway: gatewayOf(env), hedgeTurnMs: env.HEDGE_TURN_MS,
  };
}

type Parsed = z.output<typeof SCHEMA>;

/** What the variables say together. */
function conflicts(env: Parsed): EnvProblem[] {
  const problems: EnvProblem[] = [];
  const named = (['SIGNER_URL', 'SIGNER_SOCKET', 'KEEPER_PRIVATE_KEY'] as const).filter((variable) => env[variable] !== undefined);
  if (named.length === 0) problems.push(problemOf(SCHEMA, 'SIGNER_URL', undefined));
  if (named.length > 1) problems.push({ variable: named[0] as string, given: `a value beside ${named.slice(1).join(' and ')}`, expected: 'one of SIGNER_URL, SIGNER_SOCKET and KEEPER_PRIVATE_KEY' });
  if (env.SIGNER_URL !== undefined && env.SIGNER_TOKEN_FILE === undefined) problems.push(problemOf(SCHEMA, 'SIGNER_TOKEN_FILE', undefined));
  if (env.KEEPER_PRIVATE_KEY !== undefined && !env.ALLOW_PLAIN_KEEPER_KEY) {
    problems.push({ variable: 'KEEPER_PRIVATE_KEY', given: 'a plain key', expected: 'SIGNER_URL or SIGNER_SOCKET of a signer that holds it (docs/signing.md); ALLOW_PLAIN_KEEPER_KEY=true takes a plain key, for a demo only' });
  }
  if (env.GATEWAY_URL !== undefined && env.GATEWAY_SOCKET !== undefined) problems.push({ variable: 'GATEWAY_SOCKET', given: 'a path beside GATEWAY_URL', expected: 'one of the two' });
  if (env.GATEWAY_URL !== undefined && env.GATEWAY_TOKEN_FILE === undefined) problems.push(problemOf(SCHEMA, 'GATEWAY_TOKEN_FILE', undefined));
  if ((env.GATEWAY_URL !== undefined || env.GATEWAY_SOCKET !== undefined) && env.GATEWAY_ENVIRONMENT === undefined) problems.push(problemOf(SCHEMA, 'GATEWAY_ENVIRONMENT', undefined));
  if (env.LEADER_RENEW_MS * 2 > env.LEADER_LEASE_MS) problems.push({ variable: 'LEADER_RENEW_MS', given: String(env.LEADER_RENEW_MS), expected: `at most half of LEADER_LEASE_MS, which is ${env.LEADER_LEASE_MS}` });
  return problems;
}

function keeperOf(env: Parsed): KeeperSource {
  if (env.KEEPER_PRIVATE_KEY !== undefined) return { kind: 'plain', keys: env.KEEPER_PRIVATE_KEY.split(',').map((key) => key.trim()) };
  return { kind: 'remote', at: env.SIGNER_SOCKET === undefined ? { url: env.SIGNER_URL ?? '' } : { socketPath: env.SIGNER_SOCKET }, tokenFile: env.SIGNER_TOKEN_FILE ?? null };
}

function gatewayOf({ GATEWAY_URL, GATEWAY_SOCKET, GATEWAY_TOKEN_FILE, GATEWAY_ENVIRONMENT }: Parsed): GatewaySource | null {
  if (GATEWAY_ENVIRONMENT === undefined || (GATEWAY_URL === undefined && GATEWAY_SOCKET === undefined)) return null;
  return { at: GATEWAY_SOCKET === undefined ? { url: GATEWAY_URL ?? '' } : { socketPath: GATEWAY_SOCKET }, tokenFile: GATEWAY_TOKEN_FILE ?? null, environment: GATEWAY_ENVIRONMENT };
}

/** The only place of the worker that reads the process's environment. */
export const readEnv = (): WorkerEnv => parseEnv(process.env);
