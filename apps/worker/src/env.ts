import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseRpcUrls } from '@ballast/connectors';

/** One line a user can act on: which variable, what was given, what is expected. */
export interface EnvProblem {
  readonly variable: string;
  readonly given: string;
  readonly expected: string;
}

export class InvalidEnvironment extends Error {
  constructor(readonly problems: readonly EnvProblem[]) {
    super(problems.map(({ variable, given, expected }) => `${variable}: got ${given}, expected ${expected}`).join('\n'));
  }
}

const ROLES = ['watch', 'decide', 'act', 'notify'] as const;
export type WorkerRole = (typeof ROLES)[number];

const seconds = (fallback: number) => z.coerce.number().positive().max(86_400).default(fallback);
const url = (protocols: RegExp) => z.url({ protocol: protocols });

function namesOneChain(text: string): boolean {
  try {
    return parseRpcUrls(text).size === 1;
  } catch {
    return false;
  }
}

const SCHEMA = z.object({
  DATABASE_URL: url(/^postgres(ql)?$/).meta({ expected: 'postgresql://user:password@host:port/database' }),
  REDIS_URL: url(/^rediss?$/).meta({ expected: 'redis://host:port' }),
  RPC_URLS: z.string().refine(namesOneChain).meta({ expected: 'exactly one <chain id>=<http url>, for example 1=https://rpc.example, or several of its urls with | between them, each once; run one worker a chain' }),
  ADDRESS_BOOK: z.string().min(1).meta({ expected: 'the path of a readable JSON address book' }),
  PUBLIC_URL: url(/^https?$/).meta({ expected: 'the http(s) address at which people reach the dashboard' }),
  KEEPER_PRIVATE_KEY: z.string().regex(/^0x[0-9a-fA-F]{64}$/).meta({ expected: '0x and 64 hex digits', secret: true }),
  SMTP_URL: url(/^smtps?$/).meta({ expected: 'smtp://user:password@host:port' }),
  MAIL_FROM: z.string().regex(/^[^@\r\n]+@[^@\r\n]+$/).default('Ballast <alerts@ballast.invalid>').meta({ expected: 'a sender, for example Ballast <alerts@example.org>' }),
  WORKER_ROLES: z
    .string()
    .default(ROLES.join(','))
    .transform((text) => text.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(ROLES)).min(1))
    .meta({ expected: `some of ${ROLES.join(', ')}, separated by commas` }),
  BLOCK_POLL_MS: z.coerce.number().int().min(20).max(60_000).default(1_000).meta({ expected: 'milliseconds from 20 to 60000' }),
  ACTION_DEADLINE_SECONDS: seconds(180).meta({ expected: 'seconds of chain time, more than 0' }),
  BLIND_AFTER_SECONDS: seconds(30).meta({ expected: 'seconds, more than 0' }),
  MAX_PRICE_AGE_SECONDS: seconds(4_500).meta({ expected: 'seconds of chain time, more than 0' }),
  ALLOW_LOOPBACK_WEBHOOKS: z.enum(['true', 'false']).default('false').transform((text) => text === 'true').meta({ expected: 'true or false' }),
});

export interface WorkerEnv {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly rpcUrls: string;
  readonly addressBook: unknown;
  readonly addressBookPath: string;
  readonly publicUrl: string;
  readonly keeperPrivateKey: string;
  readonly smtpUrl: string;
  readonly mailFrom: string;
  readonly roles: readonly WorkerRole[];
  readonly blockPollMs: number;
  readonly actionDeadlineSeconds: number;
  readonly blindAfterSeconds: number;
  readonly maxPriceAgeSeconds: number;
  readonly allowLoopbackWebhooks: boolean;
}

/**
 * What may be printed of a value: nothing of a secret, no password of a URL in whichever form, and of an RPC address not its path,
 * where providers put their keys.
 */
export function redact(value: string | undefined, secret = false): string {
  if (value === undefined || value === '') return 'nothing';
  if (secret) return `${value.length} characters (not shown)`;
  const shown = value
    .replace(/:\/\/([^\s/@]*?):[^\s/]*@/g, '://$1:***@')
    .replace(/([?&][^=&\s]*(?:password|secret|token|key)[^=&\s]*=)[^&\s]*/gi, '$1***')
    .replace(/(https?:\/\/(?:(?!\|\s*https?:)[^\s,/?#])+)[/?#](?:(?!\|\s*https?:)[^\s,])+/g, '$1/***');
  return JSON.stringify(shown);
}

/** Parses the environment as a whole; an empty variable counts as absent. @throws InvalidEnvironment listing every problem at once */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): WorkerEnv {
  const parsed = SCHEMA.safeParse(Object.fromEntries(Object.entries(source).filter(([, value]) => value !== '')));
  const problems = parsed.success ? [] : [...new Set(parsed.error.issues.map((issue) => String(issue.path[0])))].map((variable) => problemOf(variable, source[variable]));
  const book = source['ADDRESS_BOOK'] ? readBook(source['ADDRESS_BOOK']) : null;
  if (book !== null && 'problem' in book) problems.push(book.problem);
  if (!parsed.success || book === null || 'problem' in book) throw new InvalidEnvironment(problems);
  const env = parsed.data;
  return {
    databaseUrl: env.DATABASE_URL, redisUrl: env.REDIS_URL, rpcUrls: env.RPC_URLS, addressBook: book.json, addressBookPath: env.ADDRESS_BOOK,
    publicUrl: env.PUBLIC_URL, keeperPrivateKey: env.KEEPER_PRIVATE_KEY, smtpUrl: env.SMTP_URL, mailFrom: env.MAIL_FROM, roles: env.WORKER_ROLES,
    blockPollMs: env.BLOCK_POLL_MS, actionDeadlineSeconds: env.ACTION_DEADLINE_SECONDS, blindAfterSeconds: env.BLIND_AFTER_SECONDS,
    maxPriceAgeSeconds: env.MAX_PRICE_AGE_SECONDS, allowLoopbackWebhooks: env.ALLOW_LOOPBACK_WEBHOOKS,
  };
}

function problemOf(variable: string, value: string | undefined): EnvProblem {
  const { expected, secret } = (SCHEMA.shape[variable as keyof typeof SCHEMA.shape].meta() ?? {}) as { expected?: string; secret?: boolean };
  return { variable, given: redact(value, secret), expected: expected ?? 'another value' };
}

/** The book's JSON, or why there is none; never a piece of the file, which may be any file. */
function readBook(path: string): { readonly json: unknown } | { readonly problem: EnvProblem } {
  let why = 'not JSON';
  try {
    const text = readFileSync(path, 'utf8');
    return { json: JSON.parse(text) as unknown };
  } catch (error) {
    why = (error as { code?: string }).code ?? why;
  }
  return { problem: { variable: 'ADDRESS_BOOK', given: `${redact(path)} (${why})`, expected: 'the path of a readable JSON address book' } };
}

/** The only place of the worker that reads the process's environment. */
export const readEnv = (): WorkerEnv => parseEnv(process.env);
