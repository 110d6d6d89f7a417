import { readFileSync } from 'node:fs';
import { z } from 'zod';

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

const SCHEMA = z.object({
  DATABASE_URL: url(/^postgres(ql)?$/).meta({ expected: 'postgresql://user:password@host:port/database' }),
  REDIS_URL: url(/^rediss?$/).meta({ expected: 'redis://host:port' }),
  RPC_URLS: z.string().min(1).meta({ expected: '<chain id>=<http url>, for example 1=https://rpc.example' }),
  ADDRESS_BOOK: z.string().min(1).meta({ expected: 'the path of a readable JSON address book' }),
  PUBLIC_URL: url(/^https?$/).meta({ expected: 'the http(s) address at which people reach the dashboard' }),
  KEEPER_PRIVATE_KEY: z.string().regex(/^0x[0-9a-fA-F]{64}$/).meta({ expected: '0x and 64 hex digits', secret: true }),
  SMTP_URL: url(/^smtps?$/).meta({ expected: 'smtp://user:password@host:port' }),
  MAIL_FROM: z.string().min(3).default('Ballast <alerts@ballast.invalid>').meta({ expected: 'a sender, for example Ballast <alerts@example.org>' }),
  WORKER_ROLES: z
    .string()
    .default(ROLES.join(','))
    .transform((text) => text.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(ROLES)).min(1))
    .meta({ expected: `some of ${ROLES.join(', ')}, separated by commas` }),
  BLOCK_POLL_MS: z.coerce.number().int().min(20).max(60_000).default(1_000).meta({ expected: 'milliseconds from 20 to 60000' }),
  ACTION_DEADLINE_SECONDS: seconds(180).meta({ expected: 'seconds of chain time, more than 0' }),
  BLIND_AFTER_SECONDS: seconds(15).meta({ expected: 'seconds, more than 0' }),
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

/** What may be printed of a value: nothing of a secret, no password of a URL. */
export function redact(value: string | undefined, secret = false): string {
  if (value === undefined || value === '') return 'nothing';
  if (secret) return `${value.length} characters (not shown)`;
  return JSON.stringify(value.replace(/:\/\/([^:@/]*):[^@/]*@/, '://$1:***@'));
}

/** Parses the environment as a whole. @throws InvalidEnvironment listing every problem at once */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): WorkerEnv {
  const parsed = SCHEMA.safeParse(source);
  if (!parsed.success) {
    const variables = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
    throw new InvalidEnvironment(
      [...variables].map((variable) => {
        const { expected, secret } = (SCHEMA.shape[variable as keyof typeof SCHEMA.shape].meta() ?? {}) as { expected?: string; secret?: boolean };
        return { variable, given: redact(source[variable], secret), expected: expected ?? 'another value' };
      }),
    );
  }
  const env = parsed.data;
  let addressBook: unknown;
  try {
    addressBook = JSON.parse(readFileSync(env.ADDRESS_BOOK, 'utf8'));
  } catch (error) {
    throw new InvalidEnvironment([{ variable: 'ADDRESS_BOOK', given: `${redact(env.ADDRESS_BOOK)} (${(error as Error).message})`, expected: 'the path of a readable JSON address book' }]);
  }
  return {
    databaseUrl: env.DATABASE_URL, redisUrl: env.REDIS_URL, rpcUrls: env.RPC_URLS, addressBook, addressBookPath: env.ADDRESS_BOOK,
    publicUrl: env.PUBLIC_URL, keeperPrivateKey: env.KEEPER_PRIVATE_KEY, smtpUrl: env.SMTP_URL, mailFrom: env.MAIL_FROM, roles: env.WORKER_ROLES,
    blockPollMs: env.BLOCK_POLL_MS, actionDeadlineSeconds: env.ACTION_DEADLINE_SECONDS, blindAfterSeconds: env.BLIND_AFTER_SECONDS,
    maxPriceAgeSeconds: env.MAX_PRICE_AGE_SECONDS, allowLoopbackWebhooks: env.ALLOW_LOOPBACK_WEBHOOKS,
  };
}

/** The only place of the worker that reads the process's environment. */
export const readEnv = (): WorkerEnv => parseEnv(process.env);
