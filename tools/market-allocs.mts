// Writes what forge needs to run tests on the local chain's market in its own EVM, to libs/contracts/cache/market/:
//   allocs.json   every account (balance, nonce, code, storage), for `vm.loadAllocs`
//   market.json   addresses, and the block and time to begin at
// `tools/test-contracts.mjs` calls it. The first time it compiles and deploys the protocols (some 20 s).
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { startDevchain, type Devchain } from '@ballast/devchain';
import { z } from 'zod';

const dumpSchema = z.object({
  accounts: z.record(z.string(), z.object({
    nonce: z.union([z.string(), z.number()]), balance: z.string(), code: z.string(), storage: z.record(z.string(), z.string()),
  })),
});

const folder = join(import.meta.dirname, '..', 'libs', 'contracts', 'cache', 'market');

function write(name: string, content: unknown): void {
  mkdirSync(folder, { recursive: true });
  const partial = join(folder, `${name}.${process.pid}.part`);
  writeFileSync(partial, JSON.stringify(content));
  renameSync(partial, join(folder, name));
}

async function allocsOf(chain: Devchain): Promise<unknown> {
  const packed = z.string().parse(await chain.provider.send('anvil_dumpState', []));
  const { accounts } = dumpSchema.parse(JSON.parse(gunzipSync(Buffer.from(packed.slice(2), 'hex')).toString('utf8')));
  return Object.fromEntries(Object.entries(accounts).map(([address, { nonce, balance, code, storage }]) =>
    [address, { nonce: `0x${BigInt(nonce).toString(16)}`, balance, code, storage }]));
}

const chain = await startDevchain({ idleBlockSeconds: 0, onStep: (step) => console.log(step) });
try {
  const head = await chain.provider.getBlock('latest');
  const { tokens, feeds, aave, uniswap } = chain.deployment;
  write('allocs.json', await allocsOf(chain));
  write('market.json', {
    time: head?.timestamp, block: head?.number,
    tokens: Object.fromEntries(tokens.map((token) => [token.symbol, token.address])), feeds, aave,
    swapRouter: uniswap.swapRouter, uniswapFactory: uniswap.factory,
    accounts: Object.fromEntries(Object.entries(chain.accounts).map(([role, { address }]) => [role, address])),
  });
} finally {
  await chain.stop();
}
