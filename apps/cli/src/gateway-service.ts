import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@ballast/embedded';
import { newHolderKey } from '@ballast/venue-wire';
import type { CliEnv } from './env.js';
import { writeSecret } from './secret-file.js';
import { paperVenueUrls, type PaperVenuePlan } from './paper-venue.js';

/** How the gateway to derivatives venues is started, and what the worker must know of it. */
export interface GatewayPlan {
  /** Null where another one is used, or none. */
  readonly service: { readonly env: Readonly<Record<string, string>>; readonly url: string } | null;
  readonly worker: Readonly<Record<string, string>>;
}

/**
 * The gateway that the variables name; beside the local chain one of our own for its paper venue; on a live network one of our own where GATEWAY_ENVIRONMENT asks for it. Its key is made once and kept: what owners
 * sealed to it opens with no other.
 */
export async function planGateway(env: CliEnv, home: string, paper: PaperVenuePlan | null): Promise<GatewayPlan> {
  const environment = paper === null ? env.GATEWAY_ENVIRONMENT : 'paper';
  const named = { ...(env.GATEWAY_URL === undefined ? {} : { GATEWAY_URL: env.GATEWAY_URL }), ...(env.GATEWAY_SOCKET === undefined ? {} : { GATEWAY_SOCKET: env.GATEWAY_SOCKET }), ...(env.GATEWAY_TOKEN_FILE === undefined ? {} : { GATEWAY_TOKEN_FILE: env.GATEWAY_TOKEN_FILE }) };
  if (environment === undefined) return { service: null, worker: {} };
  if (paper === null && ('GATEWAY_URL' in named || 'GATEWAY_SOCKET' in named)) return { service: null, worker: { ...named, GATEWAY_ENVIRONMENT: environment } };
  const folder = join(home, 'gateway', environment);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const keyFile = join(folder, 'key');
  if (!existsSync(keyFile)) writeSecret(keyFile, `${await newHolderKey()}\n`);
  const tokenFile = join(folder, 'token');
  writeSecret(tokenFile, randomBytes(24).toString('hex'));
  const url = `http://127.0.0.1:${await freePort()}`;
  return {
    service: { url, env: { GATEWAY_ENVIRONMENT: environment, GATEWAY_LISTEN: new URL(url).host, GATEWAY_TOKEN_FILE: tokenFile, GATEWAY_KEY_FILE: keyFile, GATEWAY_LOG: join(folder, 'orders.jsonl'), ...paperVenueUrls(paper) } },
    worker: { GATEWAY_URL: url, GATEWAY_TOKEN_FILE: tokenFile, GATEWAY_ENVIRONMENT: environment },
  };
}
