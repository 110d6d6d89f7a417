// The drill: a thief with a keeper's real key tries to take value from mandates on the real Aave v3.6 market, and to block honest rescues.
//
//   npm run drill -- --rounds 500 --seed 7
//
// Ends with one line and exit code 1 when a single unit above the published bound was taken, or a rescue was blocked that the design forbids to block.
import { parseArgs } from 'node:util';
import { freshAccounts, type DevAccount } from '@ballast/devchain';
import { MaxUint256 } from 'ethers';
import { Dice } from './dice.js';
import { Field, gwei, poolAbi, SYMBOLS, tokenAbi, type Actor } from './field.js';
import { succeed } from './owner.js';
import { isSafe, lastLine, table } from './report.js';
import { playRound, type BlockResult, type Cast } from './round.js';

function wholeNumber(name: string, given: string): number {
  if (!/^\d{1,9}$/.test(given)) throw new Error(`--${name}: expected a whole number, got "${given}"`);
  return Number(given);
}

/** A stranger with capital: collateral to borrow against, and something of every token. */
async function endow(field: Field, stranger: Actor): Promise<void> {
  for (const symbol of SYMBOLS) {
    const { asset, decimals } = field.reserve(symbol);
    const amount = 100_000n * 10n ** BigInt(decimals);
    await field.market.give(symbol, stranger.address, amount);
    await succeed(field, [{ by: stranger, to: asset, data: tokenAbi.encodeFunctionData('approve', [field.pool, MaxUint256]), what: 'approve', tip: gwei }]);
  }
  const { asset, decimals } = field.reserve('WBTC');
  await succeed(field, [{ by: stranger, to: field.pool, data: poolAbi.encodeFunctionData('supply', [asset, 50_000n * 10n ** BigInt(decimals), stranger.address, 0]), what: 'supply', tip: gwei }]);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '40' }, seed: { type: 'string', default: '1' } } });
  const [rounds, seed] = [wholeNumber('rounds', values.rounds), wholeNumber('seed', values.seed)];
  const dice = new Dice(seed);
  const field = await Field.open();
  try {
    const { accounts } = field.market.chain;
    const cast: Cast = {
      keeper: await field.actor(accounts.keeper, 'thief'),
      first: await field.actor(freshAccounts(49_997, 1)[0] as DevAccount, 'honest keeper'),
      second: await field.actor(freshAccounts(49_998, 1)[0] as DevAccount, 'second keeper'),
      stranger: await field.actor(freshAccounts(49_999, 1)[0] as DevAccount, 'stranger'),
    };
    const deployer = await field.actor(accounts.deployer, 'deployer');
    await field.deployOwn(accounts.remover.address, [cast.keeper.address, cast.first.address, cast.second.address], [cast.keeper.address], deployer);
    await endow(field, cast.stranger);
    const results: BlockResult[] = [];
    for (let round = 0; round < rounds; round++) {
      results.push(...(await playRound(field, cast, dice, round)));
      if ((round + 1) % 50 === 0) console.error(`${round + 1} of ${rounds} rounds`);
    }
    console.log(table(results));
    console.log(lastLine(results, rounds, seed));
    return isSafe(results) ? 0 : 1;
  } finally {
    await field.close();
  }
}

process.exitCode = await main();
