import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openBorrowers, startDevchain } from '@ballast/devchain';
import { InvalidInput } from '@ballast/units';

const MOST_BORROWERS = 20_000;

/** How many random borrowers are asked for, and their seed. @throws InvalidInput */
export function readDevchainOptions(args: readonly string[]): { readonly borrowers: number; readonly seed: number } {
  const { values } = parseArgs({ args: [...args], options: { borrowers: { type: 'string', default: '0' }, seed: { type: 'string', default: '1' } } });
  const [borrowers, seed] = [Number(values.borrowers), Number(values.seed)];
  if (!(Number.isInteger(borrowers) && borrowers >= 0 && borrowers <= MOST_BORROWERS)) throw new InvalidInput('--borrowers', values.borrowers, `a whole number from 0 to ${MOST_BORROWERS}`);
  if (!(Number.isInteger(seed) && seed >= 0)) throw new InvalidInput('--seed', values.seed, 'a whole number from 0');
  return { borrowers, seed };
}

/** Runs the local chain until it is interrupted, with random borrowers at Aave, Morpho and Venus where they are asked for, and prints how to reach it. */
export async function runDevchain({ home, args }: { home: string; args: readonly string[] }): Promise<void> {
  const { borrowers, seed } = readDevchainOptions(args);
  const chain = await startDevchain({ cacheDir: join(home, 'cache'), onStep: (text) => console.log(`  ${text}`) });
  const opened = await openAll(chain, borrowers, seed);
  console.log(JSON.stringify({ rpcUrl: chain.rpcUrl, chainId: chain.chainId, addressBook: chain.book, accounts: chain.accounts, ...(borrowers === 0 ? {} : { borrowers: opened }) }, null, 2));
  await new Promise<void>((end) => {
    process.once('SIGINT', () => end());
    process.once('SIGTERM', () => end());
  });
  await chain.stop();
}

async function openAll(chain: Awaited<ReturnType<typeof startDevchain>>, borrowers: number, seed: number): Promise<readonly { readonly address: string; readonly protocol: string }[]> {
  if (borrowers === 0) return [];
  console.log(`  opening the loans of ${borrowers} borrowers`);
  await chain.mining.takeInHand();
  const opened = await openBorrowers(chain, borrowers, seed);
  await chain.mining.idle();
  return opened.map(({ address, plan }) => ({ address, protocol: plan.protocol }));
}
