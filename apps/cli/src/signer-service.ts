import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort } from '@ballast/embedded';
import type { CliEnv } from './env.js';
import { SCRYPT, writeKeystore } from './keys/keystore.js';
import { writeSecret } from './secret-file.js';

/** How the signer is started, and what the worker must know of it. */
export interface SignerPlan {
  /** The variables of a signer of our own; null where another one is used, or the worker holds a plain key. */
  readonly service: { readonly env: Readonly<Record<string, string>>; readonly url: string } | null;
  readonly worker: Readonly<Record<string, string>>;
}

export interface SignerPlace {
  readonly home: string;
  readonly addressBook: string;
  readonly chainId: number;
  /** The keys of the local chain's keeper; null on a live network. */
  readonly localKeys: readonly string[] | null;
}

/** Coins an hour that mean no limit: those of the local chain are worth nothing. */
const UNLIMITED = '1000000';

/**
 * The signer that the variables name, or one of our own: on a live network with the operator's keystores, on the local chain with the keeper's known keys, encrypted
 * with a password that lasts as long as the start.
 */
export async function planSigner(env: CliEnv, { home, addressBook, chainId, localKeys }: SignerPlace): Promise<SignerPlan> {
  const optional = (names: readonly (keyof CliEnv)[]): Record<string, string> => Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, String(env[name])]])));
  if (env.SIGNER_URL !== undefined || env.SIGNER_SOCKET !== undefined) return { service: null, worker: optional(['SIGNER_URL', 'SIGNER_SOCKET', 'SIGNER_TOKEN_FILE']) };
  if (env.KEEPER_PRIVATE_KEY !== undefined) return { service: null, worker: optional(['KEEPER_PRIVATE_KEY', 'ALLOW_PLAIN_KEEPER_KEY']) };

  const folder = join(home, localKeys === null ? 'signer' : 'run/signer');
  // The local chain begins anew at every start, and so do its nonces and its leaders.
  if (localKeys !== null) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const tokenFile = secretFile(folder, 'token');
  const keystores = localKeys === null ? { SIGNER_KEYSTORES: resolve(env.SIGNER_KEYSTORES ?? ''), SIGNER_PASSWORD_FILE: resolve(env.SIGNER_PASSWORD_FILE ?? '') } : await demoKeystores(folder, localKeys);
  const url = `http://127.0.0.1:${await freePort()}`;
  return {
    service: {
      url,
      env: {
        CHAIN_ID: String(chainId), ADDRESS_BOOK: addressBook, SIGNER_LISTEN: new URL(url).host, SIGNER_TOKEN_FILE: tokenFile, SIGNER_LOG: join(folder, 'signatures.jsonl'), ...keystores,
        ...(localKeys === null ? optional(['SIGNER_MOST_COINS_PER_HOUR']) : { SIGNER_MOST_COINS_PER_HOUR: UNLIMITED }),
      },
    },
    worker: { SIGNER_URL: url, SIGNER_TOKEN_FILE: tokenFile },
  };
}

async function demoKeystores(folder: string, keys: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const passwordFile = secretFile(folder, 'password');
  const password = randomBytes(24).toString('hex');
  writeFileSync(passwordFile, password);
  const files = keys.map((_, at) => join(folder, `lane-${at + 1}.json`));
  await Promise.all(keys.map((key, at) => writeKeystore(files[at] as string, key, password, SCRYPT.demo)));
  return { SIGNER_KEYSTORES: files.join(','), SIGNER_PASSWORD_FILE: passwordFile };
}

/** A file of its owner's only, with fresh randomness in it. */
function secretFile(folder: string, name: string): string {
  const file = join(folder, name);
  writeSecret(file, randomBytes(24).toString('hex'));
  return file;
}
