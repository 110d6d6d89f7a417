import { Interface, Wallet } from 'ethers';
import { describe, expect, it } from 'vitest';
import type { ChainBook } from '@ballast/connectors';
import { mandateTypedData } from '@ballast/execution/planner';
import { ON_AAVE, type FillOffer, type MandateTerms } from '@ballast/policy';
import type { Asset } from '@ballast/positions';
import { address, bps, chainId, hash32, rawAmount, usdE8, wad } from '@ballast/units';
import { BLOCK_TIME, USDC, WETH, aDebtLeg, aLendingPosition, anAddress } from '../../../../test/factories/lending-position.js';
import { mandateTerms } from '../../../../test/factories/mandate.js';
import { mandateDraft, mandateSubmission } from '../contract/schemas.js';
import { draftMandate } from './draft.js';
import { readSubmission, type Submission } from './submission.js';
import type { TokenFacts } from './token-facts.js';

const book = { ballast: { aaveGuard: anAddress(0x6a), keepers: anAddress(0x5e7) } } as ChainBook;
const prev = hash32(`0x${'7'.repeat(64)}`);
const A_WETH = anAddress(0xae);
const token = (asset: Asset, balance: bigint, allowance = 0n): TokenFacts => ({
  asset, balance: rawAmount(balance), allowance: rawAmount(allowance), permit: asset === WETH ? null : { chainId: chainId(31337), token: asset.address, name: asset.symbol, version: '1', nonce: 3n },
});
const receipt: Asset = { ...WETH, address: A_WETH, symbol: 'aWETH' };
const facts = { book, place: ON_AAVE, guard: book.ballast.aaveGuard, prev, now: BLOCK_TIME, receiptToken: A_WETH, tokens: [token(USDC, 15_000_000_000n), token(WETH, 0n), token(receipt, 10n * 10n ** 18n)] };
const pricedBook = { ballast: { ...book.ballast, aaveFiller: anAddress(0xf1) }, fillPairs: [{ collateral: WETH.address, debt: USDC.address, deviationBps: 50 }] } as ChainBook;
const offer: FillOffer = { deviationBps: bps(50n), coinUsdE8: usdE8(300_000_000_000n), swappable: null };

describe('draftMandate', () => {
  it('names the largest collateral and debt, binds to the chain and suggests a finite approval of what the wallet holds', () => {
    const position = aLendingPosition();
    const draft = mandateDraft.parse(draftMandate({ positionId: position.id }, { ...facts, position }));
    expect(draft.typedData.message).toMatchObject({ actions: 3, prev, expiry: Number(BLOCK_TIME) + 180 * 86_400, triggerHf: '1190000000000000000' });
    expect(draft.typedData.domain).toMatchObject({ chainId: 31337 });
    expect(draft.typedData.types['EIP712Domain']).toHaveLength(4);
    expect(draft.approvals).toHaveLength(1);
    expect(draft.approvals[0]).toMatchObject({ suggested: '15000', balance: '15000', allowance: '0', transaction: { value: '0x0' } });
    const [spender, amount] = new Interface(['function approve(address,uint256)']).decodeFunctionData('approve', draft.approvals[0]?.transaction.data ?? '0x');
    expect([String(spender).toLowerCase(), amount]).toEqual([book.ballast.aaveGuard, 15_000_000_000n]);
    expect(draft.sentence).toContain('repay it with USDC from your wallet');
    expect(draft.worstCase).toContain('If our key is stolen');
  });

  it('suggests no more than the debt, however much the wallet holds', () => {
    const position = aLendingPosition();
    expect(draftMandate({ positionId: position.id }, { ...facts, position, tokens: [token(USDC, 9_000_000_000_000n)] }).approvals[0]?.suggested).toBe('20000');
  });

  it('asks for no approval that is there already', () => {
    expect(draftMandate({ positionId: 'x' }, { ...facts, position: aLendingPosition(), tokens: [token(USDC, 15_000_000_000n, 15_000_000_000n)] }).approvals).toEqual([]);
  });

  it('asks for the receipt token where collateral may be sold, and says what a stolen key could cost then', () => {
    const position = aLendingPosition();
    const draft = mandateDraft.parse(draftMandate({ positionId: position.id }, { ...facts, book: pricedBook, position, offer, tokens: [token(USDC, 15_000_000_000n), token(WETH, 5n * 10n ** 17n), token(receipt, 10n * 10n ** 18n)] }));
    expect(draft.typedData.message).toMatchObject({ actions: 7, maxCostBps: 100, fillPerDay: '16000000000' });
    expect(draft.approvals.map(({ action, asset, suggested, permit }) => [action, asset.symbol, suggested, permit !== null])).toEqual([
      ['repay', 'USDC', '15000', true], ['top-up', 'WETH', '0.5', false], ['fill', 'aWETH', '8.383', true],
    ]);
    expect(draft.stolenKey).toMatchObject({ asset: { symbol: 'USDC' }, atOnceUsd: { calm: expect.stringMatching(/^\d+\.\d\d$/) } });
    expect(draft.worstCase).toContain('Never your collateral without repaying your debt');
    expect(draft.worstCase).toContain('8.39\u00a0aWETH');
    expect(draft.notes).toEqual([expect.stringContaining('With gas at 50 gwei')]);
    expect(draft.authority).toBeNull();
  });

  it('offers a permit to the guard alone, for the sum that it suggests and half an hour', () => {
    const [approval] = draftMandate({ positionId: 'x' }, { ...facts, position: aLendingPosition() }).approvals;
    expect(approval?.permit).toMatchObject({
      deadline: Number(BLOCK_TIME) + 1_800,
      typedData: { domain: { name: 'USDC', version: '1', chainId: 31337 }, primaryType: 'Permit', message: { value: '15000000000', nonce: '3', deadline: String(BLOCK_TIME + 1_800n), spender: approval?.spender } },
    });
  });

  it('puts approvals and mandate into one transaction of a Safe, which signs no permits', () => {
    const safe = { account: aLendingPosition().account, owners: [anAddress(0x1), anAddress(0x2)], threshold: 2, nonce: 9n };
    const safeBook = { ...pricedBook, safe: { singleton: anAddress(1), proxyFactory: anAddress(2), multiSendCallOnly: anAddress(3), fallbackHandler: anAddress(4) } };
    const draft = mandateDraft.parse(draftMandate({ positionId: 'x' }, { ...facts, book: safeBook, offer, position: aLendingPosition(), safe }));
    expect(draft.approvals.every(({ permit }) => permit === null)).toBe(true);
    expect(draft.safe).toMatchObject({ threshold: 2, typedData: { primaryType: 'SafeTx', message: { operation: 1, nonce: '9', safeTxGas: '0' } } });
    expect(draft.safe?.calls.map(({ what }) => what)).toEqual(['Approve 15000 USDC to the guard', 'Approve 8.383 aWETH to the guard', 'Put the mandate in force']);
    expect(draft.safe?.calls.at(-1)?.to.toLowerCase()).toBe(book.ballast.aaveGuard);
    expect(draftMandate({ positionId: 'x' }, { ...facts, position: aLendingPosition(), safe }).safe).toBeNull();
  });

  it('says in words why collateral may not be sold, and refuses where that was asked for', () => {
    const position = aLendingPosition();
    const unpriced = { ...facts, position, offer: { ...offer, deviationBps: null } };
    const draft = draftMandate({ positionId: 'x' }, unpriced);
    expect(draft).toMatchObject({ notes: [expect.stringContaining('is not offered')], stolenKey: null, typedData: { message: { actions: 3 } } });
    expect(() => draftMandate({ positionId: 'x', actions: ['fill'] }, unpriced)).toThrow(expect.objectContaining({ code: 'mandate-impossible' }));
  });

  it("takes the owner's own cost and amount a day", () => {
    const draft = draftMandate({ positionId: 'x', maxCostBps: 250, fillPerDay: '12345.6' }, { ...facts, position: aLendingPosition(), offer, book: pricedBook });
    expect(draft.typedData.message).toMatchObject({ maxCostBps: 250, fillPerDay: '12345600000' });
    expect(draft.notes).toEqual([expect.stringContaining('12,345.60\u00a0USDC may be repaid by selling')]);
  });

  it("takes the owner's own limits", () => {
    const draft = draftMandate({ positionId: 'x', triggerHealth: '1.1', minHealth: '1.15', maxHealth: '1.3', days: 10, actions: ['repay'] }, { ...facts, position: aLendingPosition() });
    expect(draft.typedData.message).toMatchObject({ actions: 2, triggerHf: wad(1_100_000_000_000_000_000n).toString(), expiry: Number(BLOCK_TIME) + 864_000 });
  });

  it.each([
    ['no debt', aLendingPosition({ debts: [] }), {}],
    ['only the borrowed asset as collateral', aLendingPosition({ debts: [aDebtLeg({ asset: WETH })] }), {}],
    ['a trigger above the health', aLendingPosition(), { triggerHealth: '1.3' }],
  ])('refuses %s in words', (_name, position, limits) => {
    expect(() => draftMandate({ positionId: 'x', ...limits }, { ...facts, position })).toThrow(expect.objectContaining({ code: 'mandate-impossible' }));
  });
});

describe('readSubmission', () => {
  const wallet = new Wallet(`0x${'33'.repeat(32)}`);
  const owner = address(wallet.address);
  const here = { chainId: chainId(31337), book, place: ON_AAVE, session: owner, now: BLOCK_TIME };

  async function submission(change: Partial<MandateTerms> = {}, signer = wallet): Promise<Submission> {
    const terms = mandateTerms({ owner, prev, ...change });
    const { domain, types, message } = mandateTypedData(here.chainId, book.ballast.aaveGuard, { place: ON_AAVE, terms });
    const signature = await signer.signTypedData(domain, { Mandate: types.Mandate }, message);
    return mandateSubmission.parse({ chainId: 31337, terms: message, signature });
  }

  it('returns the mandate that was signed', async () => {
    expect(readSubmission(await submission(), here)).toMatchObject({ status: 'signed', chainId: 31337, guard: book.ballast.aaveGuard, terms: { owner, prev } });
  });

  it.each([
    ['other keepers', { keepers: anAddress(0xbad) }, 'mandate-keepers'],
    ['a sale for a pair without prices', { actions: 4, maxCostBps: bps(100n), fillPerDay: rawAmount(1n) }, 'mandate-actions'],
    ['adding collateral alone', { actions: 1 }, 'mandate-actions'],
    ['one asset as both', { collateral: USDC.address }, 'mandate-pair'],
    ['a trigger of 1', { triggerHf: wad(10n ** 18n) }, 'mandate-band'],
    ['a band out of order', { minHf: wad(1_500_000_000_000_000_000n) }, 'mandate-band'],
    ['an end in the past', { expiry: BLOCK_TIME }, 'mandate-expiry'],
    ['an end in ten years', { expiry: BLOCK_TIME + 3_650n * 86_400n }, 'mandate-expiry'],
  ] as const)('refuses %s', async (_name, change, code) => {
    const made = await submission(change);
    expect(() => readSubmission(made, here)).toThrow(expect.objectContaining({ code }));
  });

  it('takes a sale of collateral for a priced pair, inside the ceilings', async () => {
    const priced = { ...here, book: pricedBook };
    const fill = { actions: 7, maxCostBps: bps(500n), fillPerDay: rawAmount(1n) };
    const made = await submission(fill);
    expect(readSubmission(made, priced)).toMatchObject({ terms: { actions: 7, maxCostBps: 500n } });
    for (const change of [{ maxCostBps: bps(0n) }, { fillPerDay: rawAmount(0n) }, { fillPerDay: rawAmount(1n << 128n) }]) {
      const terms = { ...made.terms, ...Object.fromEntries(Object.entries(change).map(([name, value]) => [name, name === 'maxCostBps' ? Number(value) : value.toString()])) };
      expect(() => readSubmission({ ...made, terms }, priced)).toThrow(expect.objectContaining({ code: 'mandate-cost' }));
    }
    expect(mandateSubmission.safeParse({ ...made, terms: { ...made.terms, maxCostBps: 501 } }).success).toBe(false);
  });

  it('takes a mandate without a signature where its owner, or an owner of his Safe, puts it in force himself', async () => {
    const { signature: _none, ...made } = await submission();
    const bySet = { ...made, via: 'set' as const };
    expect(readSubmission(bySet, here)).toMatchObject({ signature: '0x', status: 'signed' });
    expect(readSubmission(bySet, { ...here, session: anAddress(0x1), actsFor: owner })).toMatchObject({ signature: '0x' });
    expect(() => readSubmission(bySet, { ...here, session: anAddress(0x1), actsFor: null })).toThrow(expect.objectContaining({ code: 'foreign-mandate' }));
    expect(() => readSubmission({ ...made, via: 'signature' }, here)).toThrow(expect.objectContaining({ code: 'mandate-signature' }));
    expect(() => readSubmission({ ...made, via: 'signature' }, { ...here, session: anAddress(0x1), actsFor: owner })).toThrow(expect.objectContaining({ code: 'foreign-mandate' }));
  });

  it('refuses a mandate of somebody else than the session', async () => {
    const made = await submission();
    expect(() => readSubmission(made, { ...here, session: anAddress(0xbad) })).toThrow(expect.objectContaining({ code: 'foreign-mandate' }));
  });

  it('refuses a signature by somebody else', async () => {
    const made = await submission({}, new Wallet(`0x${'44'.repeat(32)}`));
    expect(() => readSubmission(made, here)).toThrow(expect.objectContaining({ code: 'mandate-signature' }));
  });

  it('refuses a signature over other terms', async () => {
    const made = await submission();
    expect(() => readSubmission({ ...made, terms: { ...made.terms, maxHf: '1400000000000000000' } }, here)).toThrow(expect.objectContaining({ code: 'mandate-signature' }));
  });

  it('refuses the twin of a signature with a high s', async () => {
    const made = await submission();
    const n = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const given = made.signature ?? '';
    const highS = (n - BigInt(`0x${given.slice(66, 130)}`)).toString(16).padStart(64, '0');
    const signature = `${given.slice(0, 66)}${highS}${given.endsWith('1b') ? '1c' : '1b'}`;
    expect(() => readSubmission({ ...made, signature }, here)).toThrow(expect.objectContaining({ code: 'mandate-signature' }));
  });

  it('refuses another chain', async () => {
    const made = await submission();
    expect(() => readSubmission({ ...made, chainId: 1 }, here)).toThrow(expect.objectContaining({ code: 'mandate-chain' }));
  });
});
