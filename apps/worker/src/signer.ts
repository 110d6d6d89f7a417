import { readFileSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import type { ChainBook } from '@ballast/connectors';
import { LocalKeeperSigner, RemoteKeeperSigner, type FenceKeeper, type KeeperSigner, type SignedLog, type SigningPolicy } from '@ballast/connectors/signer';
import { InvalidEnvironment, redact } from '@ballast/environment';
import { FILLER_SELECTORS, KEEPER_SELECTORS } from '@ballast/execution/planner';
import type { Address, ChainId } from '@ballast/units';
import type { KeeperSource } from './env.js';

export type WorkerSigner = KeeperSigner & SignedLog & FenceKeeper;

/** What a signer of this process allows; one of another process has its own. */
export interface PlainPolicy {
  readonly chainId: ChainId;
  readonly book: ChainBook;
  /** Tokens to which a permit may be handed. */
  readonly tokens: readonly Address[];
  readonly maxFeePerGas: bigint;
  readonly maxGasLimit: bigint;
}

const log = new Logger('Signer');

/** Connects to the signer, or makes one of a plain key. @throws InvalidEnvironment */
export async function openSigner(source: KeeperSource, policy: PlainPolicy): Promise<WorkerSigner> {
  if (source.kind === 'plain') return plainSigner(source.keys, policy);
  const [variable, at] = 'url' in source.at ? ['SIGNER_URL', source.at.url] : ['SIGNER_SOCKET', source.at.socketPath];
  const token = source.tokenFile === null ? undefined : tokenIn(source.tokenFile);
  if (policy.book.tokens.some(({ aToken }) => aToken === undefined)) log.warn('the address book names no aToken for some of its tokens: the signer knows of them only by its own book, and hands no permit to others');
  try {
    return await RemoteKeeperSigner.connect({ at: source.at, ...(token === undefined ? {} : { token }), chainId: policy.chainId });
  } catch (error) {
    throw new InvalidEnvironment([{ variable: variable as string, given: `${redact(at)} (${(error as Error).message})`, expected: `a signer for chain ${policy.chainId} that answers` }]);
  }
}

function tokenIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new InvalidEnvironment([{ variable: 'SIGNER_TOKEN_FILE', given: `${redact(file)} (${(error as NodeJS.ErrnoException).code ?? 'unreadable'})`, expected: 'a readable file with the signer\'s secret' }]);
  }
}

function plainSigner(keys: readonly string[], { chainId, book: { ballast }, tokens, maxFeePerGas, maxGasLimit }: PlainPolicy): LocalKeeperSigner {
  const policy: SigningPolicy = {
    chainId, guards: there(ballast.aaveGuard, ballast.morphoGuard, ballast.venusGuard), selectors: KEEPER_SELECTORS, fillers: there(ballast.aaveFiller, ballast.morphoFiller), fillerSelectors: FILLER_SELECTORS,
    keepers: [ballast.keepers], tokens, maxFeePerGas, maxGasLimit,
  };
  log.warn('the keeper keys are given in plain text (ALLOW_PLAIN_KEEPER_KEY) and are in the memory of this worker: never where they guard anything of value (docs/signing.md)');
  try {
    return new LocalKeeperSigner(keys, policy);
  } catch {
    throw new InvalidEnvironment([{ variable: 'KEEPER_PRIVATE_KEY', given: redact(keys.join(','), true), expected: '0x and 64 hex digits of a valid key' }]);
  }
}

const there = (...addresses: readonly (Address | undefined)[]): readonly Address[] => addresses.filter((one) => one !== undefined);
