import { getAddress } from 'ethers';
import { SiweMessage } from 'siwe';
import { z } from 'zod';
import { until } from '../until.js';

/** What signs for the owner: an injected wallet, the demo's, or a test's. */
export interface OwnerWallet {
  readonly address: string;
  request(method: string, params: readonly unknown[]): Promise<unknown>;
}

export class ApiRefused extends Error {
  constructor(readonly status: number, readonly path: string, readonly body: string) {
    super(`${path} answered ${status}: ${body.slice(0, 500)}`);
  }
}

const nonceAnswer = z.object({ nonce: z.string(), domain: z.string(), uri: z.string(), chainId: z.number(), statement: z.string() });
const positionsAnswer = z.object({ positions: z.array(z.object({ id: z.string(), protection: z.object({ state: z.string() }) })) });
const typedData = z.object({ domain: z.record(z.string(), z.unknown()), types: z.record(z.string(), z.array(z.object({ name: z.string(), type: z.string() }))), primaryType: z.string(), message: z.record(z.string(), z.unknown()) });
const draftAnswer = z.object({
  hash: z.string(),
  typedData,
  approvals: z.array(z.object({
    asset: z.object({ address: z.string() }), suggestedRaw: z.string(), permit: z.object({ typedData, deadline: z.number() }).nullable(), transaction: z.object({ to: z.string(), data: z.string(), value: z.string() }),
  })),
});
const mandateAnswer = z.object({ hash: z.string(), status: z.string(), statusReason: z.string().nullable() });
const subscriptionAnswer = z.object({ id: z.string(), status: z.string(), secret: z.string().nullable() });

/** A user of the public REST API, doing what the dashboard does and nothing else. */
export class ApiUser {
  private cookie: string | null = null;

  constructor(private readonly baseUrl: string, private readonly signal?: AbortSignal) {}

  async call<T>(method: string, path: string, answer: z.ZodType<T>, body?: unknown): Promise<T> {
    const response = await fetch(new URL(path, this.baseUrl), {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), origin: new URL(this.baseUrl).origin, ...(this.cookie ? { cookie: this.cookie } : {}) },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: this.signal,
    });
    const text = await response.text();
    if (!response.ok) throw new ApiRefused(response.status, `${method} ${path}`, text);
    const cookie = response.headers.get('set-cookie');
    if (cookie) this.cookie = cookie.split(';')[0] ?? null;
    return answer.parse(text === '' ? null : JSON.parse(text));
  }

  /** Starts to watch an address and waits until its positions are read. Returns the position's id. */
  async watch(account: string): Promise<string> {
    await this.call('PUT', `/v1/accounts/${account}`, z.unknown());
    return until(`${account} is read`, async () => {
      const { positions } = await this.call('GET', `/v1/accounts/${account}/positions`, positionsAnswer);
      return positions[0]?.id;
    });
  }

  /** Signs in with Ethereum (EIP-4361). */
  async signIn(wallet: OwnerWallet): Promise<void> {
    const { nonce, domain, uri, chainId, statement } = await this.call('POST', '/v1/auth/nonce', nonceAnswer);
    const message = new SiweMessage({ domain, address: getAddress(wallet.address), statement, uri, version: '1', chainId, nonce, issuedAt: new Date().toISOString() }).prepareMessage();
    const signature = await wallet.request('personal_sign', [message, wallet.address]);
    await this.call('POST', '/v1/auth/sign-in', z.unknown(), { message, signature });
  }

  /** Gives the finite approvals, as permits where the token takes them, signs the suggested mandate and waits until the chain has confirmed it. Returns its hash. */
  async protect(wallet: OwnerWallet, positionId: string): Promise<string> {
    const draft = await this.call('POST', '/v1/mandates/draft', draftAnswer, { positionId });
    const permits: unknown[] = [];
    for (const { asset, suggestedRaw, permit, transaction } of draft.approvals) {
      if (permit === null) await wallet.request('eth_sendTransaction', [{ from: wallet.address, ...transaction }]);
      else permits.push({ token: asset.address, value: suggestedRaw, deadline: permit.deadline, signature: await wallet.request('eth_signTypedData_v4', [wallet.address, JSON.stringify(permit.typedData)]) });
    }
    const signature = await wallet.request('eth_signTypedData_v4', [wallet.address, JSON.stringify(draft.typedData)]);
    const { chainId } = z.object({ chainId: z.number() }).parse(draft.typedData.domain);
    const { hash } = await this.call('POST', '/v1/mandates', mandateAnswer, { chainId, terms: draft.typedData.message, signature, permits });
    await until('the mandate is active', async () => {
      const { status, statusReason } = await this.call('GET', `/v1/mandates/${hash}`, mandateAnswer);
      if (status === 'rejected') throw new Error(`the mandate was rejected: ${statusReason}`);
      return status === 'active' || undefined;
    });
    return hash;
  }

  /** Asks for alerts by email; `confirmationToken` is given the address and returns the token of the mail that came. */
  async subscribeEmail(account: string, email: string, confirmationToken: (email: string) => Promise<string>): Promise<void> {
    await this.call('POST', '/v1/subscriptions', subscriptionAnswer, { channel: 'email', account, email });
    await this.call('POST', '/v1/subscriptions/confirm', subscriptionAnswer, { token: await confirmationToken(email) });
  }

  /** Asks for alerts by webhook and waits until its receiver has answered the challenge. Returns the signing secret. */
  async subscribeWebhook(account: string, url: string): Promise<string> {
    const { secret } = await this.call('POST', '/v1/subscriptions', subscriptionAnswer, { channel: 'webhook', account, url });
    if (!secret) throw new Error('the webhook subscription came without its secret');
    await until('the webhook answers its challenge', async () => {
      if ((await this.call('POST', '/v1/subscriptions', subscriptionAnswer, { channel: 'webhook', account, url })).status === 'active') return true;
      // Subscriptions may be asked for once a second.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return undefined;
    });
    return secret;
  }
}
