import { InvalidEnvironment, parseVariables, problemOf, type EnvProblem, type EnvSource } from '@ballast/environment';
import type { VenueEnvironment } from '@ballast/positions';
import { WAD, type Wad } from '@ballast/units';
import { z } from 'zod';

const LOOPBACK = /^(127(?:\.\d{1,3}){3}|localhost|\[::1\]):(\d{1,5})$/;
/** By its number: what `localhost` means is decided elsewhere. */
const PAPER_URL = /^http:\/\/(127(\.\d{1,3}){3}|\[::1\]):\d{1,5}\/?$/;
const paperUrl = z.string().regex(PAPER_URL).optional().meta({ expected: 'a paper venue on this machine, by its number: http://127.0.0.1:4700' });

const SCHEMA = z.object({
  GATEWAY_ENVIRONMENT: z.enum(['paper', 'live']).meta({ expected: 'paper or live: keys of the other one are never opened' }),
  GATEWAY_LISTEN: z.string().regex(LOOPBACK).optional().meta({ expected: 'a loopback address and a port, for example 127.0.0.1:4602' }),
  GATEWAY_SOCKET: z.string().min(1).max(100).optional().meta({ expected: 'the path of a unix socket, at most 100 characters' }),
  GATEWAY_TOKEN_FILE: z.string().min(1).optional().meta({ expected: 'a file with the secret that askers show, readable by its owner only' }),
  GATEWAY_KEY_FILE: z.string().min(1).meta({ expected: 'a file with the private key that sealed keys are opened with, readable by its owner only' }),
  GATEWAY_LOG: z.string().min(1).meta({ expected: 'the path of the file to which every order is written before it is sent' }),
  GATEWAY_VENUE_TIMEOUT_MS: z.string().regex(/^\d{3,5}$/).default('8000').transform(Number).meta({ expected: 'milliseconds that a venue may take to answer, from 100' }),
  GATEWAY_MOST_LEVERAGE: z.string().regex(/^[1-9]\d?$/).default('5').transform((text) => (BigInt(text) * WAD) as Wad).meta({ expected: 'a whole leverage from 1 to 99 that no request may set more than' }),
  PAPER_HYPERLIQUID_URL: paperUrl,
  PAPER_DERIBIT_URL: paperUrl,
});

export interface GatewayEnv {
  readonly environment: VenueEnvironment;
  readonly listen: { readonly host: string; readonly port: number } | { readonly socketPath: string };
  /** Null where the socket's permissions say who may ask. */
  readonly tokenFile: string | null;
  readonly keyFile: string;
  readonly logFile: string;
  readonly venueTimeoutMs: number;
  readonly mostLeverage: Wad;
  /** Addresses of the paper venues; empty in a live environment. */
  readonly paperUrls: { readonly hyperliquid?: string; readonly deribit?: string };
}

type Variable = keyof typeof SCHEMA.shape;

/** Parses the environment as a whole; an empty variable counts as absent. @throws InvalidEnvironment listing every problem at once */
export function parseEnv(source: EnvSource): GatewayEnv {
  const { env, problems } = parseVariables(SCHEMA, source);
  if (env !== null) problems.push(...conflicts(env));
  if (problems.length > 0 || env === null) throw new InvalidEnvironment(problems);
  const [, host = '', port = ''] = LOOPBACK.exec(env.GATEWAY_LISTEN ?? '') ?? [];
  return {
    environment: env.GATEWAY_ENVIRONMENT, tokenFile: env.GATEWAY_TOKEN_FILE ?? null, keyFile: env.GATEWAY_KEY_FILE, logFile: env.GATEWAY_LOG, venueTimeoutMs: env.GATEWAY_VENUE_TIMEOUT_MS, mostLeverage: env.GATEWAY_MOST_LEVERAGE,
    listen: env.GATEWAY_SOCKET !== undefined ? { socketPath: env.GATEWAY_SOCKET } : { host: host.replace(/^\[|\]$/g, ''), port: Number(port) },
    paperUrls: { hyperliquid: env.PAPER_HYPERLIQUID_URL, deribit: env.PAPER_DERIBIT_URL },
  };
}

/** What the variables say together. */
function conflicts(env: z.output<typeof SCHEMA>): EnvProblem[] {
  const problems: EnvProblem[] = [];
  const missing = (variable: Variable, why: string): void => void problems.push({ variable, given: 'nothing', expected: `${problemOf(SCHEMA, variable, undefined).expected}${why}` });
  if (env.GATEWAY_LISTEN === undefined && env.GATEWAY_SOCKET === undefined) missing('GATEWAY_LISTEN', ', or GATEWAY_SOCKET with the path of a unix socket');
  if (env.GATEWAY_LISTEN !== undefined && env.GATEWAY_SOCKET !== undefined) problems.push({ variable: 'GATEWAY_SOCKET', given: 'a path beside GATEWAY_LISTEN', expected: 'one of the two' });
  if (env.GATEWAY_LISTEN !== undefined && env.GATEWAY_TOKEN_FILE === undefined) missing('GATEWAY_TOKEN_FILE', '');
  const papers = (['PAPER_HYPERLIQUID_URL', 'PAPER_DERIBIT_URL'] as const).filter((variable) => env[variable] !== undefined);
  if (env.GATEWAY_ENVIRONMENT === 'live') problems.push(...papers.map((variable) => ({ variable, given: 'an address beside GATEWAY_ENVIRONMENT=live', expected: 'nothing: a live gateway speaks to no paper venue' })));
  if (env.GATEWAY_ENVIRONMENT === 'paper' && papers.length === 0) missing('PAPER_HYPERLIQUID_URL', ', or PAPER_DERIBIT_URL');
  return problems;
}

/** The only place of the gateway that reads the process's environment. */
export const readEnv = (): GatewayEnv => parseEnv(process.env);
