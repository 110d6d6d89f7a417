/**
 * The revoke page in a real browser, opened from a file, with nothing of ours running but the chain: an owner with a live mandate, approvals
 * and an unused permit sees them and ends them all; another one signs the revocation and somebody else brings it; one looks without a wallet.
 * Prints one JSON line with what failed.
 *
 *   --pictures DIR   also writes pictures of the page
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { Contract, ContractFactory, Wallet, type JsonRpcProvider, type TypedDataField } from 'ethers';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { MANDATE_TYPES, aaveGuardAbi, aaveGuardCalls, mandateDomain, morphoGuardAbi, morphoGuardBytecode, morphoGuardCalls, type MandateMessage } from '@ballast/contracts';
import { freshAccounts, openLoan, startDevchain, tokenOf, type DevAccount, type Devchain } from '@ballast/devchain';

const { values } = parseArgs({ options: { pictures: { type: 'string' } } });
const root = resolve(import.meta.dirname, '../..');
const file = join(root, 'dist/web/revoke.html');
const say = (text: string): void => console.error(`  ${text}`);
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const failures: string[] = [];
const expect = (what: string, given: unknown, expected: unknown): void => {
  if (given !== expected) failures.push(`${what}: expected ${String(expected)}, got ${String(given)}`);
};

const ERC20 = ['function approve(address, uint256) returns (bool)', 'function allowance(address, address) view returns (uint256)', 'function nonces(address) view returns (uint256)', 'function name() view returns (string)',
  'function permit(address, address, uint256, uint256, uint8, bytes32, bytes32)'];
const MORPHO = ['function setAuthorization(address, bool)', 'function isAuthorized(address, address) view returns (bool)', 'function nonce(address) view returns (uint256)'];
const POOL = ['function getReserveAToken(address) view returns (address)'];
const PERMIT: TypedDataField[] = [['owner', 'address'], ['spender', 'address'], ['value', 'uint256'], ['nonce', 'uint256'], ['deadline', 'uint256']].map(([name, type]) => ({ name: name as string, type: type as string }));

function browserPath(): string {
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'].find(existsSync);
  if (!found) throw new Error('no Chromium found: install the package chromium (Debian: apt-get install chromium)');
  return found;
}

/** A wallet as a browser extension gives it: one account at a time, its answers from here. */
class TestWallet {
  signer: Wallet | null = null;
  readonly asked: string[] = [];

  constructor(private readonly chain: Devchain) {}

  use(account: DevAccount): void {
    this.signer = new Wallet(account.privateKey, this.chain.provider);
  }

  async request(method: string, params: readonly unknown[]): Promise<unknown> {
    this.asked.push(method);
    const signer = this.signer as Wallet;
    if (method === 'eth_accounts' || method === 'eth_requestAccounts') return [signer.address];
    if (method === 'eth_signTypedData_v4') {
      const { domain, types, message } = JSON.parse(params[1] as string) as { domain: object; types: Record<string, TypedDataField[]>; message: Record<string, unknown> };
      const { EIP712Domain: _implied, ...named } = types;
      return signer.signTypedData(domain, named, message);
    }
    if (method === 'eth_sendTransaction') {
      const { to, data } = params[0] as { to: string; data: string };
      return (await signer.sendTransaction({ to, data })).hash;
    }
    return this.chain.provider.send(method, [...params]);
  }

  /** Announces itself to the page the way EIP-6963 says. */
  async install(context: BrowserContext): Promise<void> {
    await context.exposeBinding('askTestWallet', async (_source, method: string, params: unknown[]) => {
      try {
        return { result: await this.request(method, params) };
      } catch (error) {
        const { info, error: direct, message } = error as { info?: { error?: object }; error?: object; message: string };
        return { error: info?.error ?? direct ?? { message } };
      }
    });
    await context.addInitScript(`
      const provider = { request: async ({ method, params }) => {
        const { result, error } = await globalThis.askTestWallet(method, params ?? []);
        if (error) throw error;
        return result;
      } };
      const detail = Object.freeze({ info: { uuid: '6f1d7b2c-0000-4000-8000-000000000001', name: 'Test wallet', icon: 'data:image/svg+xml,', rdns: 'example.test' }, provider });
      const announce = () => dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }));
      addEventListener('eip6963:requestProvider', announce);
      announce();
    `);
  }
}

/** An owner with a loan, a live mandate, approvals of USDC and of the collateral's aToken, and a permit that nobody brought. */
async function protect(chain: Devchain, account: DevAccount) {
  await openLoan(chain, account);
  const owner = new Wallet(account.privateKey, chain.provider);
  const { aaveGuard, keepers } = chain.deployment.ballast;
  const [weth, usdc] = [tokenOf(chain.deployment, 'WETH').address, tokenOf(chain.deployment, 'USDC').address];
  const guard = new Contract(aaveGuard, aaveGuardAbi, owner);
  const aToken = (await new Contract(chain.deployment.aave.pool, POOL, chain.provider).getFunction('getReserveAToken')(weth)) as string;
  const now = await chain.mining.chainTime();
  for (const [token, amount] of [[usdc, 9_000_000_000n], [aToken, 5n * 10n ** 18n]] as const) await (await new Contract(token, ERC20, owner).getFunction('approve')(aaveGuard, amount)).wait();
  const mandate: MandateMessage = {
    owner: owner.address, collateral: weth, debt: usdc, actions: 7, triggerHf: 1_200_000_000_000_000_000n, minHf: 1_210_000_000_000_000_000n, maxHf: 1_500_000_000_000_000_000n, maxCostBps: 100, fillPerDay: 10_000_000_000n, keepers,
    expiry: now + 180 * 86_400, prev: (await guard.getFunction('prevOf')(owner.address, weth, usdc)) as string,
  };
  const keeper = new Wallet(chain.accounts.keeper.privateKey, chain.provider);
  const signature = await owner.signTypedData(mandateDomain(chain.chainId, aaveGuard), MANDATE_TYPES, mandate);
  await (await (guard.connect(keeper) as Contract).getFunction('activate')(mandate, signature)).wait();
  const permit = { chainId: chain.chainId, token: usdc, owner: owner.address, spender: aaveGuard, value: '7000000000', nonce: '0', deadline: String(now + 86_400) };
  const domain = { name: (await new Contract(usdc, ERC20, chain.provider).getFunction('name')()) as string, version: '1', chainId: chain.chainId, verifyingContract: usdc };
  const permitSignature = await owner.signTypedData(domain, { Permit: PERMIT }, permit);
  return { owner, guard, weth, usdc, aToken, mandate, permit, permitSignature };
}

/** An owner with a live mandate for a market of Morpho, which the owner set, and with the wide authorisation there. */
async function protectAtMorpho(chain: Devchain, account: DevAccount) {
  await openLoan(chain, account);
  const owner = new Wallet(account.privateKey, chain.provider);
  const deployer = new Wallet(chain.accounts.deployer.privateKey, chain.provider);
  const { address: morpho, markets } = chain.deployment.morpho;
  const guard = await (await new ContractFactory(morphoGuardAbi, morphoGuardBytecode, deployer).deploy(morpho)).waitForDeployment();
  const address = await guard.getAddress();
  const marketId = markets[0]?.id ?? '';
  const usdc = tokenOf(chain.deployment, 'USDC').address;
  await (await new Contract(morpho, MORPHO, owner).getFunction('setAuthorization')(address, true)).wait();
  await (await new Contract(usdc, ERC20, owner).getFunction('approve')(address, 4_000_000_000n)).wait();
  const prev = morphoGuardCalls.prevOf.decode(await chain.provider.call({ to: address, data: morphoGuardCalls.prevOf.encode(owner.address, marketId) }));
  const mandate = {
    owner: owner.address, marketId, actions: 2, triggerHf: 1_100_000_000_000_000_000n, minHf: 1_110_000_000_000_000_000n, maxHf: 1_300_000_000_000_000_000n, maxCostBps: 0, fillPerDay: 0n, keepers: chain.deployment.ballast.keepers,
    expiry: (await chain.mining.chainTime()) + 90 * 86_400, prev,
  };
  await (await owner.sendTransaction({ to: address, data: morphoGuardCalls.set.encode(mandate) })).wait();
  return { owner, guard: address, morpho, marketId, usdc };
}

/** Whether the guard would act under the mandate now, as its own views say. */
async function live(provider: JsonRpcProvider, guard: Contract, { owner, collateral, debt }: MandateMessage): Promise<boolean> {
  const ask = async (data: string): Promise<string> => provider.call({ to: await guard.getAddress(), data });
  const { activeHash, epoch } = aaveGuardCalls.position.decode(await ask(aaveGuardCalls.position.encode(owner, collateral, debt)));
  return BigInt(activeHash) !== 0n && epoch === aaveGuardCalls.epochOf.decode(await ask(aaveGuardCalls.epochOf.encode(owner)));
}

async function noSidewaysScroll(page: Page, where: string): Promise<void> {
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  if (wide > 0) failures.push(`${where} scrolls sideways by ${wide} px`);
}

async function picture(page: Page, name: string): Promise<void> {
  if (!values.pictures) return;
  mkdirSync(resolve(values.pictures), { recursive: true });
  await page.screenshot({ path: join(resolve(values.pictures), `${name}.png`), fullPage: true });
}

const title = (page: Page, name: string | RegExp): Promise<void> => page.getByRole('heading', { level: 1, name }).waitFor();

/** Presses a button, reads what the dialog says, sends, and waits until the page has read the chain again. */
async function confirmed(page: Page, press: () => Promise<void>, says: readonly string[], settled: RegExp): Promise<void> {
  await press();
  const dialog = page.getByRole('dialog');
  for (const text of says) await dialog.getByText(text).first().waitFor();
  await dialog.getByText('A trial run on the node goes through.').waitFor();
  await dialog.getByRole('button', { name: 'Send with wallet' }).click();
  await page.getByText(settled).first().waitFor();
}

async function open(page: Page, hash = ''): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${pathToFileURL(file).href}${hash}`);
  await title(page, 'Take back what you allowed Ballast');
}

async function main(): Promise<void> {
  if (!existsSync(file)) throw new Error(`no ${file}: run npm run build`);
  const page1 = readFileSync(file, 'utf8');
  expect('addresses of others in the file', (page1.match(/https?:\/\/[^\s"'`<>;*]+/g) ?? []).filter((url) => !/^http:\/\/(www\.w3\.org|127\.0\.0\.1|localhost)/.test(url)).join(' '), '');
  const chain = await startDevchain({ cacheDir: join(root, '.ballast/cache'), idleBlockSeconds: 0, onStep: say });
  const profile = mkdtempSync(join(tmpdir(), 'ballast-chromium-'));
  const browser = await chromium.launchPersistentContext(profile, { executablePath: browserPath(), headless: true, args: FLAGS, viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
  try {
    const [first, second, third] = freshAccounts(9_100, 3) as [DevAccount, DevAccount, DevAccount];
    const a = await protect(chain, first);
    const b = await protect(chain, second);
    const c = await protectAtMorpho(chain, third);
    const guardAddress = chain.deployment.ballast.aaveGuard;
    const wallet = new TestWallet(chain);
    wallet.use(first);
    await wallet.install(browser);
    const page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    const asked = new Set<string>();
    page.on('request', (request) => asked.add(new URL(request.url()).protocol + new URL(request.url()).host));
    page.on('pageerror', (error) => failures.push(`the page threw ${error.message}`));
    page.on('console', (message) => message.type() === 'error' && failures.push(`the console complained: ${message.text()}`));

    say('with a wallet, from a file');
    await open(page);
    await page.getByRole('button', { name: 'Connect Test wallet' }).click();
    await page.getByRole('button', { name: 'Connect again' }).waitFor();
    expect('the account field', (await page.getByLabel('Account', { exact: true }).inputValue()).toLowerCase(), first.address);
    await page.getByLabel('Guard contracts').fill(`${guardAddress}\n${chain.deployment.ballast.keepers}`);
    // As the protect page keeps it in the same browser.
    await page.evaluate(`localStorage.setItem('ballast.permits', ${JSON.stringify(JSON.stringify([a.permit]))})`);
    await page.getByRole('button', { name: 'Look', exact: true }).click();
    await title(page, 'One mandate is live, one unused permit is open and two approvals stand');
    await page.getByText('This is AaveGuard for Aave v3: its code has the published hash.').waitFor();
    await page.getByText(/This is not a Ballast guard/).waitFor();
    await page.getByText(/while health is below 1\.20, it may repay from your wallet or add collateral from your wallet or repay by selling collateral, and must bring health to between 1\.21 and 1\.50/).waitFor();
    await page.getByText(/7,000\sUSDC for .*, number 0/).waitFor();
    await page.getByText(/^9,000\sUSDC$/).waitFor();
    await page.getByText(/^5\sa\S*WETH$/).waitFor();
    await picture(page, 'revoke');
    await noSidewaysScroll(page, 'the page');
    await page.setViewportSize({ width: 390, height: 844 });
    await noSidewaysScroll(page, 'the page at 390 px');
    await picture(page, 'revoke-phone');
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
    await picture(page, 'revoke-light');
    await page.emulateMedia({ colorScheme: 'dark' });

    say('turning it down, then revoking everything');
    await page.getByRole('button', { name: 'Revoke everything' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect('transactions after turning it down', wallet.asked.includes('eth_sendTransaction'), false);
    expect('the mandate after turning it down', await live(chain.provider, a.guard, a.mandate), true);
    await confirmed(page, () => page.getByRole('button', { name: 'Revoke everything' }).click(), ['revokeAll()', 'Coins sent along'], /Every mandate of .* is ended, also those that were only signed/);
    await title(page, 'One unused permit is open and two approvals stand');
    await page.getByText('Ended', { exact: true }).waitFor();
    expect('the mandate on the chain', await live(chain.provider, a.guard, a.mandate), false);

    say('killing the permit');
    await confirmed(page, () => page.getByRole('button', { name: 'Use up number 0', exact: true }).click(), ['permit(address owner'], /Permit number 0 of USDC is used up/);
    await page.getByText('Used up', { exact: true }).waitFor();
    const usdc = new Contract(a.usdc, ERC20, chain.provider);
    expect('the nonce', await usdc.getFunction('nonces')(first.address), 1n);
    const { r, s, v } = { r: a.permitSignature.slice(0, 66), s: `0x${a.permitSignature.slice(66, 130)}`, v: Number.parseInt(a.permitSignature.slice(130), 16) };
    const brought = await (usdc.connect(new Wallet(chain.accounts.keeper.privateKey, chain.provider)) as Contract).getFunction('permit').staticCall(first.address, guardAddress, a.permit.value, a.permit.deadline, v, r, s).then(() => 'went through', () => 'refused');
    expect('bringing the killed permit', brought, 'refused');
    await title(page, 'One approval stands');

    say('taking back the last approval');
    await confirmed(page, () => page.getByRole('button', { name: /^Take back a\S*WETH$/ }).click(), ['approve(address spender, uint256 amount)'], /The approval of a\S*WETH is zero/);
    await title(page, 'Nothing is live: these guards can move nothing of this account');
    for (const token of [a.usdc, a.aToken]) expect(`the allowance of ${token}`, await new Contract(token, ERC20, chain.provider).getFunction('allowance')(first.address, guardAddress), 0n);
    await picture(page, 'revoke-done');

    say('looking only, through an RPC address');
    await open(page, `#account=${second.address}&guard=${guardAddress}`);
    await page.getByLabel('RPC address').fill(chain.rpcUrl);
    await page.getByRole('button', { name: 'Look', exact: true }).click();
    await title(page, 'One mandate is live and two approvals stand');
    await page.getByText(/You are only looking/).waitFor();
    await page.getByLabel('Permits that you signed').fill(JSON.stringify([{ ...b.permit, nonce: undefined }]));
    await page.getByRole('button', { name: 'Look at these too' }).click();
    await page.getByText('The permit’s nonce is missing; expected a whole number.').waitFor();
    await page.getByLabel('Permits that you signed').fill(JSON.stringify([b.permit]));
    await page.getByRole('button', { name: 'Look at these too' }).click();
    await title(page, 'One mandate is live, one unused permit is open and two approvals stand');
    expect('the button while only looking', await page.getByRole('button', { name: 'Revoke this mandate' }).isDisabled(), true);

    say('another owner signs, somebody else brings it');
    wallet.use(second);
    await page.getByRole('button', { name: 'Connect Test wallet' }).click();
    await page.getByRole('button', { name: 'Sign it for somebody else to bring' }).click();
    const text = (await page.locator('#signed-revocation').textContent()) ?? '';
    await page.getByRole('button', { name: 'Close' }).click();
    expect('the mandate after signing alone', await live(chain.provider, b.guard, b.mandate), true);
    wallet.use(chain.accounts.keeper);
    await page.getByRole('button', { name: 'Connect again' }).click();
    await page.getByText(/The wallet shows .*, and this is/).waitFor();
    await page.getByLabel('A signed revocation').fill(text.replace(/"chainId":\d+/, '"chainId":1'));
    await page.getByRole('button', { name: 'Bring it' }).click();
    await page.getByText(/This revocation is for chain 1/).waitFor();
    await page.getByLabel('A signed revocation').fill(text);
    await confirmed(page, () => page.getByRole('button', { name: 'Bring it' }).click(), ['revokeAllBySig(address owner, bytes signature)'], /Every mandate of .* is ended/);
    expect('the second owner’s mandate', await live(chain.provider, b.guard, b.mandate), false);
    await page.getByRole('button', { name: 'Bring it' }).click();
    await page.getByText(/This revocation was used already/).waitFor();

    say('a market of Morpho');
    wallet.use(third);
    await open(page);
    await page.getByRole('button', { name: 'Connect Test wallet' }).click();
    await page.getByLabel('Guard contracts').fill(`${guardAddress}\n${c.guard}`);
    await page.getByRole('button', { name: 'Look', exact: true }).click();
    await title(page, 'One mandate is live and two approvals stand');
    await page.getByText('This is MorphoGuard for Morpho Blue: its code has the published hash.').waitFor();
    await page.getByText('All of your loans at Morpho').waitFor();
    await page.getByText(/while health is below 1\.10, it may repay from your wallet, and must bring health to between 1\.11 and 1\.30/).waitFor();
    await picture(page, 'revoke-morpho');
    await confirmed(page, () => page.getByRole('button', { name: 'Revoke this mandate' }).click(), ['revoke(bytes32 marketId)', c.marketId], /The mandate for WETH \/ USDC, market 0x.* is ended/);
    await confirmed(page, () => page.locator('#kill-morpho-0').click(), ['setAuthorizationWithSig'], /Number 0 at Morpho is used up/);
    await title(page, 'One approval stands');
    const atMorpho = new Contract(c.morpho, MORPHO, chain.provider);
    expect('the authorisation at Morpho', await atMorpho.getFunction('isAuthorized')(third.address, c.guard), false);
    expect('the nonce at Morpho', await atMorpho.getFunction('nonce')(third.address), 1n);
    await confirmed(page, () => page.getByRole('button', { name: 'Take back USDC' }).click(), ['approve(address spender, uint256 amount)'], /The approval of USDC is zero/);
    await title(page, 'Nothing is live: these guards can move nothing of this account');

    expect('asked', [...asked].filter((host) => !host.startsWith('file:') && host !== `http:${new URL(chain.rpcUrl).host}`).join(' '), '');
  } catch (error) {
    failures.push((error as Error).message);
  } finally {
    await browser.close();
    await chain.stop();
    rmSync(profile, { recursive: true, force: true });
  }
  console.log(JSON.stringify({ bytes: page1.length, failures }));
}

main().then(
  () => process.exit(failures.length === 0 ? 0 : 1),
  (error: Error) => {
    console.error(error);
    process.exit(1);
  },
);
