import { TypedDataEncoder, type TypedDataField } from 'ethers';
import { describe, expect, it } from 'vitest';
import type { MandateDraft } from '../api/types.js';
import { USDC, WETH } from '../testing/positions.js';
import { fieldsInWords, forWallet } from './typed-data.js';

const FIELDS = [
  ['owner', 'address'], ['collateral', 'address'], ['debt', 'address'], ['actions', 'uint8'], ['triggerHf', 'uint64'], ['minHf', 'uint64'], ['maxHf', 'uint64'],
  ['maxCostBps', 'uint16'], ['fillPerDay', 'uint128'], ['keepers', 'address'], ['expiry', 'uint40'], ['prev', 'bytes32'],
] as const;
const typedData: MandateDraft['typedData'] = {
  domain: { name: 'Ballast AaveGuard', version: '1', chainId: 31_337, verifyingContract: `0x${'8b'.repeat(20)}` },
  types: { Mandate: FIELDS.map(([name, type]) => ({ name, type })) },
  primaryType: 'Mandate',
  message: {
    owner: `0x${'7a'.repeat(20)}`, collateral: WETH.address, debt: USDC.address, actions: 3, triggerHf: '1200000000000000000', minHf: '1210000000000000000', maxHf: '1500000000000000000',
    maxCostBps: 100, fillPerDay: '85000000000', keepers: `0x${'6c'.repeat(20)}`, expiry: 1_810_857_600, prev: `0x${'09'.repeat(32)}`,
  },
};

const terms = { collateral: WETH.address, debt: USDC.address };

describe('the typed data of a mandate', () => {
  it('is given to the wallet with its domain spelled out, and hashes to the same', () => {
    const given = forWallet(typedData) as unknown as { types: Record<string, TypedDataField[]>; domain: never; message: Record<string, unknown> };
    const { EIP712Domain, ...rest } = given.types;
    expect(EIP712Domain?.map(({ name }) => name)).toEqual(['name', 'version', 'chainId', 'verifyingContract']);
    expect(TypedDataEncoder.hash(given.domain, rest, given.message)).toBe(TypedDataEncoder.hash(typedData.domain, typedData.types as Record<string, TypedDataField[]>, typedData.message as unknown as Record<string, unknown>));
  });

  it('is shown field by field, in the wallet’s order, with what each means', () => {
    const fields = fieldsInWords(typedData, terms, [WETH, USDC]);
    expect(fields.map(({ name }) => name)).toEqual(FIELDS.map(([name]) => name));
    expect(Object.fromEntries(fields.map(({ name, words }) => [name, words]))).toMatchObject({
      collateral: 'WETH', debt: 'USDC', actions: 'add collateral from your wallet or repay from your wallet', triggerHf: 'acts only while health is below 1.20', minHf: 'must bring health to 1.21 or more', maxHf: 'and to 1.50 at most',
      maxCostBps: 'at most 1% of what is repaid by selling collateral', fillPerDay: '85,000\u00a0USDC a day by selling collateral', expiry: 'ends on 21 May 2027, by the chain’s clock',
    });
    expect(fields.find(({ name }) => name === 'fillPerDay')?.raw).toBe('85000000000');
  });

  it('names a loan of Morpho by its market and one of Venus by two, each with its tokens', () => {
    const { collateral: _collateral, debt: _debt, ...rest } = typedData.message;
    const onMorpho = fieldsInWords({ ...typedData, types: { Mandate: [{ name: 'marketId', type: 'bytes32' }] }, message: { ...rest, marketId: `0x${'11'.repeat(32)}` } }, terms, [WETH, USDC]);
    expect(onMorpho[0]).toMatchObject({ raw: `0x${'11'.repeat(32)}`, words: 'the market of WETH against USDC' });
    const onVenus = fieldsInWords({ ...typedData, message: { ...typedData.message, collateral: `0x${'aa'.repeat(20)}`, debt: `0x${'bb'.repeat(20)}` } }, terms, [WETH, USDC]);
    expect(onVenus.filter(({ name }) => ['collateral', 'debt'].includes(name)).map(({ words }) => words)).toEqual(['the market of WETH', 'the market of USDC']);
  });

  it('says so when a token or a field is not known', () => {
    const fields = fieldsInWords({ ...typedData, types: { Mandate: [...(typedData.types['Mandate'] ?? []), { name: 'surprise', type: 'uint256' }] } }, terms, []);
    expect(fields.find(({ name }) => name === 'debt')?.words).toBe('a token that is not in our list');
    expect(fields.at(-1)).toMatchObject({ name: 'surprise', words: 'not known to this page' });
  });
});
