import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { JsonRpcProvider } from 'ethers';
import { packageVersion, projectRoot } from './project-root.js';

/** What must be known of a saved chain besides its state. */
export interface SavedHead<Extra> {
  readonly key: string;
  /** Time of the saved chain's last block, in unix seconds. */
  readonly time: number;
  readonly extra: Extra;
}

/** Hash of all that decides what a deployed chain looks like: compiled protocols, our contracts, packages, deployment code. */
export function deploymentKey(protocols: string, ours: string): string {
  const folder = join(projectRoot(), 'libs/devchain/src/deploy');
  const files = [...readdirSync(folder).sort(), '../accounts.ts', '../artifacts.ts', '../pool-price.ts'];
  const sources = files.map((file) => readFileSync(join(folder, file), 'utf8'));
  const packages = ['@uniswap/v3-core', '@uniswap/v3-periphery', '@uniswap/swap-router-contracts', '@morpho-org/morpho-blue-bundlers', '@safe-global/safe-smart-account', '@venusprotocol/venus-protocol', 'viem', '@foundry-rs/anvil'];
  const versions = packages.map((name) => packageVersion(name));
  return createHash('sha256').update(JSON.stringify([protocols, ours, versions, sources])).digest('hex').slice(0, 16);
}

function replaceFile(file: string, content: string | Buffer): void {
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}.part`;
  writeFileSync(partial, content);
  renameSync(partial, file);
}

/** Writes the whole state of a running chain to `file`, and what belongs to it beside it. A reader never sees half a file. */
export async function saveState<Extra>(provider: JsonRpcProvider, file: string, head: Omit<SavedHead<Extra>, 'time'>): Promise<void> {
  const last = (await provider.send('eth_getBlockByNumber', ['latest', false])) as { timestamp: string };
  const dump = (await provider.send('anvil_dumpState', [])) as string;
  replaceFile(file, gunzipSync(Buffer.from(dump.slice(2), 'hex')));
  replaceFile(`${file}.head`, JSON.stringify({ ...head, time: Number(last.timestamp) }));
}

/** The head of a saved state, or undefined when there is none of this key. */
export function savedHead<Extra>(file: string, key: string): SavedHead<Extra> | undefined {
  if (!existsSync(file) || !existsSync(`${file}.head`)) return undefined;
  const head = JSON.parse(readFileSync(`${file}.head`, 'utf8')) as SavedHead<Extra>;
  return head.key === key ? head : undefined;
}
