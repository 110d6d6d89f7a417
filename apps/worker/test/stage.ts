import 'reflect-metadata';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { Interface, Signature, Wallet, type JsonFragment } from 'ethers';
import pg from 'pg';
import { aavePoolAbi, callOf, connect, morphoBlueAbi, parseAddressBook, type ReadClient } from '@ballast/connectors';
import { aaveGuardAbi } from '@ballast/contracts';
import { openLoan, openMorphoLoan, openVenusLoan, setVenusPrices, startDevchain, tokenOf, type DevAccount, type Devchain } from '@ballast/devchain';
import { startInbox, type RunningInbox } from '@ballast/embedded';
import { mandateHash, mandateTypedData, readGuardPosition } from '@ballast/execution/planner';
import { ON_AAVE, type Mandate, type MandatePlace, type MandateTerms } from '@ballast/policy';
import { LENDING_PROTOCOLS, positionId, type LendingProtocol, type PositionId } from '@ballast/positions';
import { ChainStore, Database, JournalReader, MandateStore, PermitStore, PositionStore, type PermitRecord, SubscriptionStore, WatchStore } from '@ballast/storage';
import { address, chainId, hash32, rawAmount, type Address } from '@ballast/units';
import { createTestDatabase } from '../../../test/factories/database.js';
import { mandateTerms } from '../../../test/factories/mandate.js';
import { openRuntime } from '../src/boot.js';
import { parseEnv } from '../src/env.js';
import { WorkerModule } from '../src/worker.module.js';
import { startWire, type Wire } from './wire.js';

export const BLIND_AFTER_SECONDS = 5;
const ALLOWANCE = 15_000_000_000n;
const erc20 = new Interface(['function approve(address,uint256)']);
const permitAbi = new Interface([
  'function name() view returns (string)', 'function nonces(address) view returns (uint256)', 'function balanceOf(address) view returns (uint256)',
  'function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)',
]);
const PERMIT_TYPES = { Permit: ['owner address', 'spender address', 'value uint256', 'nonce uint256', 'deadline uint256'].map((field) => ({ name: field.split(' ')[0]!, type: field.split(' ')[1]! })) };
const guardAbi = new Interface(aaveGuardAbi as readonly JsonFragment[]);

/** An owner with the loan of the story (health 1.2375), who has signed and asked for mails. */
export interface Owner {
  readonly account: DevAccount;
  readonly address: Address;
  readonly email: string;
  readonly positionId: PositionId;
  readonly mandate: Mandate;
}

export interface OwnerWishes {
  readonly walletUsdc?: bigint;
  /** Collateral that the guard may take. */
  readonly release?: bigint;
  readonly terms?: Partial<MandateTerms>;
  /** Where the loan is; Aave where left out. On Morpho `release` authorises the guard. */
  readonly protocol?: keyof typeof OPEN;
}

export interface RunningWorker {
  stop(): Promise<void>;
}

/** The worker's world on real parts: chain, database, mail server, and wires to the node and to Redis. */
export class Stage {
  private constructor(
    readonly chain: Devchain, readonly inbox: RunningInbox, readonly nodeWire: Wire, readonly redisWire: Wire, readonly sql: pg.Client, readonly env: Readonly<Record<string, string>>,
    readonly database: Database, readonly reads: ReadClient, private readonly endings: readonly (() => Promise<void> | void)[],
  ) {}

  /** `marketSources`: what the address book names for prices outside of the protocols. */
  static async open(servers: { readonly postgresUrl: string; readonly redisUrl: string }, marketSources?: (chain: Devchain) => unknown): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'ballast-worker-'));
    const [chain, made, inbox] = await Promise.all([startDevchain({ idleBlockSeconds: 1 }), createTestDatabase(servers.postgresUrl), startInbox()]);
    const [nodeWire, redisWire] = await Promise.all([startWire(chain.rpcUrl), startWire(servers.redisUrl)]);
    const sql = new pg.Client({ connectionString: made.url });
    await sql.connect();
    const book = join(folder, 'book.json');
    writeFileSync(book, JSON.stringify({ [chain.chainId]: { ...chain.book, ...(marketSources === undefined ? {} : { marketSources: marketSources(chain) }) } }));
    const env = {
      DATABASE_URL: made.url, REDIS_URL: redisWire.url, RPC_URLS: `${chain.chainId}=${nodeWire.url}`, ADDRESS_BOOK: book, PUBLIC_URL: 'http://127.0.0.1:4600', KEEPER_PRIVATE_KEY: chain.accounts.keeper.privateKey, ALLOW_PLAIN_KEEPER_KEY: 'true',
      SMTP_URL: inbox.smtpUrl, BLOCK_POLL_MS: '50', ACTION_DEADLINE_SECONDS: '10800', BLIND_AFTER_SECONDS: String(BLIND_AFTER_SECONDS),
    };
    const database = await Database.open(made.url, { maxConnections: 3 });
    const { multicall3 } = parseAddressBook({ [chain.chainId]: chain.book }, chain.chainId);
    const reads = await connect({ url: chain.rpcUrl, chainId: chainId(chain.chainId), multicall3 });
    return new Stage(chain, inbox, nodeWire, redisWire, sql, env, database, reads, [
      () => database.close(), () => sql.end(), () => made.drop(), () => nodeWire.stop(), () => redisWire.stop(), () => inbox.stop(), () => chain.stop(), () => rmSync(folder, { recursive: true, force: true }),
    ]);
  }

  async close(): Promise<void> {
    for (const end of this.endings) await end();
  }

  get chains(): ChainStore {
    return new ChainStore(this.database);
  }
  get mandates(): MandateStore {
    return new MandateStore(this.database);
  }
  get permits(): PermitStore {
    return new PermitStore(this.database);
  }
  get positions(): PositionStore {
    return new PositionStore(this.database);
  }
  get records(): JournalReader {
    return new JournalReader(this.database);
  }
  get id() {
    return chainId(this.chain.chainId);
  }
  get guard(): Address {
    return address(this.chain.book.ballast.aaveGuard);
  }

  /** A worker of all roles in this process, as main.ts runs it. `more` adds to its environment. */
  async startWorker(more: Readonly<Record<string, string>> = {}): Promise<RunningWorker> {
    const runtime = await openRuntime(parseEnv({ ...this.env, ...more }));
    const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(runtime), { logger: ['error'], abortOnError: false });
    return {
      stop: async () => {
        await app.close();
        await runtime.close();
      },
    };
  }

  /** At every protocol of the chain, as the API watches. */
  async watch(account: string): Promise<void> {
    await new WatchStore(this.database).watchAll(this.id, LENDING_PROTOCOLS as unknown as [LendingProtocol], address(account));
  }

  /** The guard of a protocol, how its mandates name a loan of WETH against USDC, and the loan's position. */
  loanAt(protocol: LendingProtocol, owner: Address): { readonly guard: Address; readonly place: MandatePlace; readonly positionId: PositionId } {
    const { ballast } = this.chain.book;
    const { morpho, venus } = this.chain.deployment;
    if (protocol === 'aave-v3') return { guard: this.guard, place: ON_AAVE, positionId: positionId(this.id, protocol, owner) };
    if (protocol === 'venus') {
      const place = { guard: 'VenusGuard', collateralMarket: address(venus.vTokens.WETH), debtMarket: address(venus.vTokens.USDC) } as const;
      return { guard: address(ballast.venusGuard), place, positionId: positionId(this.id, protocol, owner) };
    }
    const marketId = hash32(morpho.markets[0]?.id ?? '');
    return { guard: address(ballast.morphoGuard), place: { guard: 'MorphoGuard', marketId }, positionId: positionId(this.id, protocol, owner, marketId) };
  }

  /** Needs a running worker for the confirmation mail. Without other wishes: 15,000 USDC in the wallet and approved, the mandate of the factory. */
  async newOwner(account: DevAccount, { walletUsdc = ALLOWANCE, release = 0n, terms = {}, protocol = 'aave-v3' }: OwnerWishes = {}): Promise<Owner> {
    await OPEN[protocol](this.chain, account, { walletUsdc });
    const owner = address(account.address);
    const email = `${owner}@example.com`;
    await this.watch(owner);
    await this.confirmedMails(owner, email);
    const { guard, positionId: id } = this.loanAt(protocol, owner);
    if (walletUsdc > 0n) await this.approve(account, ALLOWANCE, guard);
    if (release > 0n && protocol === 'aave-v3') await this.release(account, release);
    if (release > 0n && protocol === 'morpho-blue') await this.send(account, this.chain.deployment.morpho.address, morphoBlueAbi, 'setAuthorization', [guard, true]);
    await until('the loan was read', async () => (await this.positions.latest(id)) ?? undefined);
    const mandate = await this.mandates.add(await this.signed(account, protocol, terms));
    return { account, address: owner, email, positionId: id, mandate };
  }

  private async confirmedMails(account: Address, email: string): Promise<void> {
    const subscriptions = new SubscriptionStore(this.database);
    await subscriptions.add({ chainId: this.id, account, channel: 'email', target: email, byOwner: true }, new Date());
    const { text } = await this.inbox.waitFor((mail) => mail.to.includes(email), 20_000);
    await subscriptions.confirm(/token=([\w-]+)/.exec(text)?.[1] ?? '', new Date());
  }

  private async signed(account: DevAccount, protocol: LendingProtocol, wishes: Partial<MandateTerms>) {
    const owner = address(account.address);
    const { guard, place, positionId: id } = this.loanAt(protocol, owner);
    const [weth, usdc] = (['WETH', 'USDC'] as const).map((symbol) => address(tokenOf(this.chain.deployment, symbol).address)) as [Address, Address];
    const head = await this.reads.head();
    const { prev } = await readGuardPosition(this.reads, { guard, place, terms: { owner, collateral: weth, debt: usdc } }, head);
    const terms: MandateTerms = mandateTerms({ owner, collateral: weth, debt: usdc, keepers: address(this.chain.book.ballast.keepers), expiry: head.timestamp + 30n * 86_400n, prev, ...wishes });
    const { domain, types: { EIP712Domain: _, ...types }, message } = mandateTypedData(this.id, guard, { place, terms });
    const signature = (await new Wallet(account.privateKey).signTypedData(domain, types, message)) as `0x${string}`;
    return { hash: mandateHash(this.id, guard, { place, terms }), chainId: this.id, guard, place, terms, signature, positionId: id };
  }

  approve(account: DevAccount, amount: bigint, guard: Address = this.guard): Promise<void> {
    return this.send(account, tokenOf(this.chain.deployment, 'USDC').address, erc20, 'approve', [guard, amount]);
  }
  /** Lets the guard take so much of the loan's collateral: an approval of its aToken. */
  async release(account: DevAccount, amount: bigint): Promise<void> {
    await this.send(account, await this.receiptToken(), erc20, 'approve', [this.guard, amount]);
  }
  /** The same as a signed permit, stored as the API stores it. */
  async signPermit(owner: Owner, amount: bigint, given: { readonly nonce?: bigint; readonly value?: bigint; readonly deadline?: bigint } = {}): Promise<PermitRecord> {
    const token = await this.receiptToken();
    const head = await this.reads.head();
    const [name, nonce] = await Promise.all(['name', 'nonces'].map(async (method) => {
      const args = method === 'name' ? [] : [owner.address];
      return permitAbi.decodeFunctionResult(method, await this.reads.callAt(head, token, permitAbi.encodeFunctionData(method, args) as `0x${string}`))[0] as unknown;
    }));
    const permit = { owner: owner.address, spender: this.guard, value: given.value ?? amount, nonce: given.nonce ?? (nonce as bigint), deadline: given.deadline ?? head.timestamp + 1_200n };
    const domain = { name: name as string, version: '1', chainId: this.id, verifyingContract: token };
    const signature = (await new Wallet(owner.account.privateKey).signTypedData(domain, PERMIT_TYPES, permit)) as `0x${string}`;
    return this.permits.add({ ...permit, value: rawAmount(permit.value), chainId: this.id, mandateHash: owner.mandate.hash, positionId: owner.positionId, token, signature });
  }
  /** Anybody may hand a permit to its token. */
  async submitAsStranger({ token, owner, spender, value, deadline, signature }: PermitRecord): Promise<void> {
    const { v, r, s } = Signature.from(signature);
    await this.send(this.chain.accounts.whale, token, permitAbi, 'permit', [owner, spender, value, deadline, v, r, s]);
  }
  /** What an account holds of WETH, its receipt token and USDC. */
  async holdings(account: string): Promise<readonly bigint[]> {
    const tokens = [tokenOf(this.chain.deployment, 'WETH').address, await this.receiptToken(), tokenOf(this.chain.deployment, 'USDC').address];
    const head = await this.reads.head();
    return Promise.all(tokens.map(async (token) => permitAbi.decodeFunctionResult('balanceOf', await this.reads.callAt(head, address(token), permitAbi.encodeFunctionData('balanceOf', [account]) as `0x${string}`))[0] as bigint));
  }
  /** Aave's receipt token for WETH. */
  private async receiptToken(): Promise<Address> {
    const { to, data } = callOf(address(this.chain.book.aaveV3.pool), aavePoolAbi, 'getReserveAToken', [tokenOf(this.chain.deployment, 'WETH').address]);
    return address(aavePoolAbi.decodeFunctionResult('getReserveAToken', await this.reads.callAt(await this.reads.head(), to, data))[0] as string);
  }
  revokeAll(account: DevAccount): Promise<void> {
    return this.send(account, this.guard, guardAbi, 'revokeAll', []);
  }

  private async send(account: DevAccount, to: string, abi: Interface, method: string, args: readonly unknown[]): Promise<void> {
    const call = { to, abi, method, args };
    const sender = this.chain.sender(account);
    const hash = await sender.send(call, { gasLimit: 500_000n });
    await this.chain.mining.flush();
    await sender.mined(hash, call);
  }

  /** Dollars for one ether, in one step. */
  async setPrice(dollars: number): Promise<void> {
    await this.chain.feeds.set('WETH', BigInt(dollars) * 100_000_000n, await this.chain.mining.chainTime());
    await this.chain.mining.flush();
    await setVenusPrices(this.chain);
  }

  /** Waits until the chain has made this many more blocks. */
  async blocks(count: number): Promise<void> {
    const from = await this.chain.provider.getBlockNumber();
    await until(`${count} more blocks`, async () => ((await this.chain.provider.getBlockNumber()) >= from + count ? true : undefined));
  }

  /** Kinds of all that was told about the account, oldest first. */
  async told(account: Address): Promise<readonly string[]> {
    const { rows } = await this.sql.query<{ kind: string }>('select "kind" from "OutboxEvent" where "account" = $1 order by "createdAt", "id"', [account]);
    return rows.map(({ kind }) => kind).filter((kind) => kind !== 'subscription.confirm' && kind !== 'webhook.challenge');
  }

  /** Events that were mailed, with how many mails each came in. */
  mails(owner: Owner): Readonly<Record<string, number>> {
    const ids = this.inbox.messages().filter((mail) => mail.to.includes(owner.email)).map((mail) => decodeURIComponent(mail.headers['x-ballast-event'] ?? ''));
    return Object.fromEntries(ids.map((id) => [id, ids.filter((other) => other === id).length]));
  }

  /** How often the guard told this of the owner. */
  async events(name: 'Executed' | 'Activated', owner: Address): Promise<number> {
    const who = `0x${owner.slice(2).padStart(64, '0')}`;
    return (await this.chain.provider.getLogs({ address: this.guard, fromBlock: 0, toBlock: 'latest', topics: [guardAbi.getEvent(name)?.topicHash ?? '', null, who] })).length;
  }

  async until<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
    return until(what, ask);
  }

  /** Waits until the position's newest decision is of this kind and reason. */
  async decided(owner: Owner, kind: string, reason: string): Promise<void> {
    await until(`${kind} ${reason} is decided`, async () => {
      const decision = (await this.records.latestDecision(owner.positionId))?.decision;
      return (decision?.kind === kind && decision.reason === reason) || undefined;
    });
  }

  /** The owner's last action of a kind once it is done. */
  settled(owner: Owner, kind: string) {
    return this.until(`a ${kind} is done`, async () => (await this.records.intentsOf(owner.positionId, 20)).find(({ plan, state }) => plan.kind === kind && state === 'DONE'));
  }

  /** The position once it was read at `block`, such as an action's, or later. */
  readAfter(owner: Owner, block: bigint) {
    return this.until('the loan was read again', async () => {
      const assessed = await this.positions.latest(owner.positionId);
      return assessed !== null && assessed.position.provenance.blockNumber >= block ? assessed.position : undefined;
    });
  }

  async active(owner: Owner): Promise<void> {
    await until('the mandate is active', async () => (await this.mandates.get(owner.mandate.hash))?.status === 'active' || undefined);
  }
}

const OPEN = { 'aave-v3': openLoan, 'morpho-blue': openMorphoLoan, venus: openVenusLoan } as const;

const PATIENCE_MS = 45_000;

async function until<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await new Promise((again) => setTimeout(again, 50));
  }
  throw new Error(`waited ${PATIENCE_MS / 1000} s in vain until ${what}`);
}
