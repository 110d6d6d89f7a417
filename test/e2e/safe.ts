/**
 * A Safe of three owners, two of whom must sign, holds a loan. One of them signs in, the API builds one transaction (approvals and the mandate), two
 * sign it, the worker picks the mandate up, ETH falls, and the loan is saved. Prints one JSON line and ends with 0 only when all of it held.
 *
 *   --wallet USDC   what the Safe keeps to repay with (15000); 0: the collateral must be sold
 *   --cost BPS      what a sale may cost, in place of what is suggested
 *   --seconds T     length of the fall on the wall clock (60)
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Wallet } from 'ethers';
import { z } from 'zod';
import { Arbitrageur, HealthSampler, Liquidator, freshAccounts, march2020, playHistory, playScenario, tokenOf } from '@ballast/devchain';
import { erc20Abi, poolAbi } from '../../libs/devchain/src/abis.js';
import { issue } from '../../libs/devchain/src/deploy/tokens.js';
import { ApiUser, type OwnerWallet } from '../../apps/cli/src/demo/onboarding.js';
import type { Stack } from '../../apps/cli/src/stack.js';
import { until } from '../../apps/cli/src/until.js';
import { SafeWallet } from './safe-wallet.js';
import { startStoryStack } from './story-stack.js';
import { temporaryHome } from './temporary-home.js';

const { values } = parseArgs({ options: { wallet: { type: 'string', default: '15000' }, cost: { type: 'string' }, seconds: { type: 'string', default: '60' } } });
const say = (text: string): void => console.error(`  ${text}`);
const USDC = 1_000_000n;
const DEBT = 20_000n * USDC;
const kept = BigInt(values.wallet) * USDC;

const safeDraft = z.object({
  hash: z.string(), typedData: z.object({ message: z.record(z.string(), z.unknown()) }),
  approvals: z.array(z.object({ permit: z.null(), spender: z.string() })),
  safe: z.object({
    account: z.string(), threshold: z.number(), safeTxHash: z.string(), calls: z.array(z.object({ to: z.string(), what: z.string() })),
    typedData: z.object({ domain: z.object({}).loose(), types: z.record(z.string(), z.array(z.object({ name: z.string(), type: z.string() }))), message: z.record(z.string(), z.unknown()) }),
  }),
});
const mandateAnswer = z.object({ hash: z.string(), status: z.string(), via: z.string() });
const intents = z.array(z.object({ kind: z.string(), reason: z.string(), health: z.string().nullable(), candidates: z.array(z.object({ action: z.string(), why: z.string() })), intent: z.object({ kind: z.string(), state: z.string(), failure: z.object({ code: z.string(), message: z.string() }).nullable() }).nullable() }));

/** An owner who signs texts alone: what he does in the Safe's name, the Safe does. */
const textSigner = (wallet: Wallet): OwnerWallet => ({
  address: wallet.address,
  request: async (method, params) => (method === 'personal_sign' ? wallet.signMessage(params[0] as string) : Promise.reject(new Error(`the wallet does not do ${method}`))),
});

/** Opens the loan in the Safe's name by a transaction of the Safe: 10 WETH supplied, 20,000 USDC borrowed, all but `kept` spent elsewhere. */
async function openSafeLoan(stack: Stack, safe: SafeWallet): Promise<void> {
  const chain = stack.chain!;
  const [weth, usdc, pool] = [tokenOf(chain.deployment, 'WETH'), tokenOf(chain.deployment, 'USDC'), chain.deployment.aave.pool];
  const whale = chain.sender(chain.accounts.whale);
  for (const hash of await issue(whale, weth, safe.address, 10n ** 19n)) await whale.receipt(hash);
  await safe.batch([
    { to: weth.address, abi: erc20Abi, method: 'approve', args: [pool, 10n ** 19n] },
    { to: pool, abi: poolAbi, method: 'supply', args: [weth.address, 10n ** 19n, safe.address, 0] },
    { to: pool, abi: poolAbi, method: 'borrow', args: [usdc.address, DEBT, 2, 0, safe.address] },
    { to: usdc.address, abi: erc20Abi, method: 'transfer', args: [chain.accounts.treasury.address, DEBT - kept] },
  ], 2);
}

/** What the services warned of, for a run that failed. */
function troubles(home: string): void {
  for (const name of ['api', 'worker']) {
    const path = join(home, `logs/${name}.log`);
    if (existsSync(path)) say(`${name}: ${readFileSync(path, 'utf8').split('\n').filter((line) => /WARN|ERROR|Error/.test(line)).slice(-20).join('\n')}`);
  }
}

async function main(): Promise<number> {
  const home = temporaryHome('safe');
  const stops: (() => Promise<void>)[] = [];
  const failures: string[] = [];
  try {
    const stack = await startStoryStack(home, say);
    stops.push(() => stack.stop());
    const chain = stack.chain!;
    for (const actor of [new Arbitrageur(chain), new Liquidator(chain)]) {
      await actor.start();
      stops.push(() => actor.stop());
    }
    await playHistory(chain, march2020);

    say('three owners create a Safe, two of them open a loan in its name');
    const people = freshAccounts(40, 3);
    const whale = chain.sender(chain.accounts.whale);
    await whale.receipt(await whale.pay(people[0]!.address, 10n ** 19n));
    const safe = await SafeWallet.create(chain, people.map(({ privateKey }) => privateKey), 2);
    await openSafeLoan(stack, safe);

    say('one of them signs in and asks for a draft in the Safe’s name');
    const user = new ApiUser(stack.publicUrl);
    const positionId = await user.watch(safe.address);
    const stranger = new ApiUser(stack.publicUrl);
    await stranger.signIn(textSigner(Wallet.createRandom() as unknown as Wallet));
    const refused = await stranger.call('POST', '/v1/mandates/draft', z.unknown(), { positionId }).then(() => 0, (error: { status?: number }) => error.status);
    if (refused !== 403) failures.push(`a stranger's draft for the Safe was answered with ${refused}, expected 403`);
    await user.signIn(textSigner(safe.owners[1]!));
    const draft = await user.call('POST', '/v1/mandates/draft', safeDraft, { positionId, ...(values.cost === undefined ? {} : { maxCostBps: Number(values.cost) }) });
    const reckoned = await safe.hashOf(draft.safe.typedData.message);
    if (reckoned !== draft.safe.safeTxHash) failures.push(`the Safe reckons the hash ${reckoned}, the API named ${draft.safe.safeTxHash}`);
    const guard = chain.deployment.ballast.aaveGuard.toLowerCase();
    for (const { spender } of draft.approvals) if (spender.toLowerCase() !== guard) failures.push(`a spender is ${spender}, not the guard`);

    say(`two of three sign one transaction: ${draft.safe.calls.map(({ what }) => what).join('; ')}`);
    const submitted = await user.call('POST', '/v1/mandates', mandateAnswer, { chainId: chain.chainId, terms: draft.typedData.message, via: 'set' });
    if (submitted.status !== 'signed' || submitted.via !== 'set') failures.push(`the draft was stored as ${submitted.status} via ${submitted.via}`);
    const alone = await safe.execute(draft.safe.typedData, 1).then(() => true, () => false);
    if (alone) failures.push('one signature was enough for the Safe');
    await safe.execute(draft.safe.typedData, 2);
    await until('the mandate is active', async () => {
      const { status } = await user.call('GET', `/v1/mandates/${draft.hash}`, mandateAnswer);
      return status === 'active' || undefined;
    });

    say(`ETH falls as on 12-13 March 2020, in ${values.seconds} s`);
    const sampler = new HealthSampler(chain, [safe.address]);
    await sampler.start();
    const { fromBlock } = await playScenario(chain, march2020, { variant: 'spread', secondsTotal: Number(values.seconds) });
    await until('every intent is closed', async () => ((await (await fetch(`${stack.publicUrl}/v1/status`)).json()) as { openIntents: number }).openIntents === 0 || undefined, 60_000);
    await sampler.stop();

    const decisions = await user.call('GET', `/v1/positions/${positionId}/decisions?limit=200`, intents);
    const made = decisions.flatMap(({ intent }) => (intent === null ? [] : [intent]));
    const done = made.filter(({ state }) => state === 'DONE');
    const actions = done.filter(({ kind }) => kind === 'REPAY' || kind === 'FILL').map(({ kind }) => kind);
    const liquidations = await chain.provider.getLogs({ address: chain.deployment.aave.pool, fromBlock, topics: [poolAbi.getEvent('LiquidationCall')!.topicHash, null, null, `0x${safe.address.slice(2).toLowerCase().padStart(64, '0')}`] });
    if (liquidations.length > 0) failures.push(`the Safe was liquidated ${liquidations.length} times`);
    if (actions.length === 0) failures.push('nothing was executed for the Safe');
    const healthMin = sampler.lowestOf(safe.address)?.health;
    console.log(JSON.stringify({ safe: safe.address, threshold: `${draft.safe.threshold} of ${people.length}`, calls: draft.safe.calls.length, actions, healthMin: healthMin === undefined ? null : Number(healthMin) / 1e18, liquidated: liquidations.length > 0, failures }));
    if (failures.length > 0) {
      for (const { kind, reason, health, candidates, intent } of decisions.toReversed()) say(`${kind} ${reason} at health ${health}: ${candidates.map(({ action, why }) => `${action}: ${why}`).join(' | ')} → ${intent === null ? '' : `${intent.kind} ${intent.state} ${intent.failure?.code ?? ''} ${intent.failure?.message ?? ''}`}`);
      troubles(home);
    }
    return failures.length === 0 ? 0 : 1;
  } catch (error) {
    troubles(home);
    throw error;
  } finally {
    for (const stop of stops.reverse()) await stop().catch((error: Error) => say(error.message));
    rmSync(home, { recursive: true, force: true });
  }
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error);
    process.exit(1);
  },
);
