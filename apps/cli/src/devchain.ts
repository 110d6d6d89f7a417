import { join } from 'node:path';
import { startDevchain } from '@ballast/devchain';

/** Runs the local chain until it is interrupted, and prints how to reach it. */
export async function runDevchain({ home }: { home: string }): Promise<void> {
  const chain = await startDevchain({ cacheDir: join(home, 'cache'), onStep: (text) => console.log(`  ${text}`) });
  console.log(JSON.stringify({ rpcUrl: chain.rpcUrl, chainId: chain.chainId, addressBook: chain.book, accounts: chain.accounts }, null, 2));
  await new Promise<void>((end) => {
    process.once('SIGINT', () => end());
    process.once('SIGTERM', () => end());
  });
  await chain.stop();
}
