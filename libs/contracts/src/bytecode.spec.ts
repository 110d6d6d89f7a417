import { dataLength, dataSlice, getBytes, keccak256 } from 'ethers';
import { describe, expect, it } from 'vitest';
import { aaveFillerAbi, aaveFillerBytecode, cometGuardBytecode, cometGuardRuntime, isCometGuardCode, isVenusGuardCode, venusGuardBytecode, venusGuardRuntime, aaveFillerRuntime, aaveGuardBytecode, aaveGuardRuntime, isAaveFillerCode, isAaveGuardCode, keepersBytecode, keepersRuntime, morphoFillerAbi, morphoFillerBytecode, morphoFillerRuntime, isMorphoFillerCode, isMorphoGuardCode, morphoGuardBytecode, morphoGuardRuntime } from './index.js';

const forbidden = new Map([[0xf0, 'CREATE'], [0xf2, 'CALLCODE'], [0xf4, 'DELEGATECALL'], [0xf5, 'CREATE2'], [0xff, 'SELFDESTRUCT']]);
const PUSH1 = 0x60;
const PUSH32 = 0x7f;

/** The deployed code lies at the end of the creation code, with its immutables still zero. */
function runtimeOf(creation: string, runtime: { length: number; hash: string }): string {
  const code = dataSlice(creation, dataLength(creation) - runtime.length);
  expect(keccak256(code)).toBe(runtime.hash);
  return code;
}

/** Every instruction in order. What PUSH carries is data; so is the metadata, whose length the last two bytes give. */
function instructions(code: string): number[] {
  const bytes = getBytes(code);
  const metadata = (bytes.at(-2) ?? 0) * 256 + (bytes.at(-1) ?? 0) + 2;
  const found: number[] = [];
  for (let at = 0; at < bytes.length - metadata; at++) {
    const opcode = bytes[at] as number;
    found.push(opcode);
    if (opcode >= PUSH1 && opcode <= PUSH32) at += opcode - PUSH1 + 1;
  }
  return found;
}

const forbiddenIn = (code: string): (string | undefined)[] => instructions(code).filter((opcode) => forbidden.has(opcode)).map((opcode) => forbidden.get(opcode));

describe('the deployed code', () => {
  const contracts = [
    { name: 'AaveGuard', code: runtimeOf(aaveGuardBytecode, aaveGuardRuntime) },
    { name: 'MorphoGuard', code: runtimeOf(morphoGuardBytecode, morphoGuardRuntime) },
    { name: 'CometGuard', code: runtimeOf(cometGuardBytecode, cometGuardRuntime) },
    { name: 'VenusGuard', code: runtimeOf(venusGuardBytecode, venusGuardRuntime) },
    { name: 'AaveFiller', code: runtimeOf(aaveFillerBytecode, aaveFillerRuntime) },
    { name: 'MorphoFiller', code: runtimeOf(morphoFillerBytecode, morphoFillerRuntime) },
    { name: 'Keepers', code: runtimeOf(keepersBytecode, keepersRuntime) },
  ];

  it.each(contracts)('$name neither delegates, nor creates, nor destroys itself', ({ code }) => {
    expect(forbiddenIn(code)).toEqual([]);
  });

  it('would be caught if it did', () => {
    const metadata = 'a10001' + '0003';
    expect(forbiddenIn(`0x60f45af4${metadata}`)).toEqual(['DELEGATECALL']);
    expect(forbiddenIn(`0x61f4ffff${metadata}`)).toEqual(['SELFDESTRUCT']);
  });

  it.each([['AaveGuard', aaveGuardRuntime], ['MorphoGuard', morphoGuardRuntime], ['CometGuard', cometGuardRuntime], ['VenusGuard', venusGuardRuntime]] as const)('leaves %s room below 16 kB', (_name, { length }) => {
    expect(length).toBeLessThan(16_000);
  });

  it.each([['repay', '573ade81', true], ['supply', '617ba037', true], ['borrow', 'a415bcad', false], ['withdraw', '69328dec', false],
    ['setUserUseReserveAsCollateral', '5a3b74b9', false], ['transfer', 'a9059cbb', false]] as const)(
    'calls %s (%s): %s',
    (_name, selector, called) => {
      expect(contracts[0]?.code.includes(`63${selector}`)).toBe(called);
    },
  );

  it('is recognised whatever pool it was deployed for, and not when one byte differs', () => {
    const bytes = getBytes(contracts[0]?.code as string);
    for (const { start, length } of aaveGuardRuntime.immutables) bytes.fill(0x5a, start, start + length);
    const deployed = `0x${Buffer.from(bytes).toString('hex')}`;
    expect(isAaveGuardCode(deployed)).toBe(true);
    bytes[0] = 0xff;
    expect(isAaveGuardCode(`0x${Buffer.from(bytes).toString('hex')}`)).toBe(false);
    expect(isAaveGuardCode('0x')).toBe(false);
    expect(isAaveGuardCode(`${deployed}00`)).toBe(false);
  });

  const codeOf = (name: string): string => contracts.find((contract) => contract.name === name)?.code as string;

  // No guard borrows, gives authority away, or takes what was lent, at any venue.
  it.each([['borrow (Aave)', 'a415bcad'], ['borrow (Morpho)', '50d8cd4b'], ['borrow (Venus)', 'c5ebeaec'], ['borrowBehalf (Venus)', '856e5bb3'], ['withdraw (Morpho)', '5c2bea49'], ['withdraw (Comet)', 'f3fef3a3'],
    ['withdrawFrom (Comet)', '26441318'], ['redeem (Venus)', 'db006a75'], ['redeemUnderlying (Venus)', '852a12e3'], ['setAuthorization (Morpho)', 'eecea000'], ['setAuthorizationWithSig (Morpho)', '8069218f'],
    ['allow (Comet)', '110496e5'], ['flashLoan (Morpho)', 'e0232b42'], ['multicall', 'ac9650d8'], ['permit', 'd505accf']] as const)('of no guard calls %s (%s)', (_name, selector) => {
    for (const { name, code } of contracts.filter((contract) => contract.name.endsWith('Guard'))) expect([name, code.includes(`63${selector}`)]).toEqual([name, false]);
  });

  it.each([['MorphoGuard', 'repay', '20b76e81'], ['MorphoGuard', 'supplyCollateral', '238d6579'], ['MorphoGuard', 'withdrawCollateral', '8720316d'], ['MorphoGuard', 'accrueInterest', '151c1ade'],
    ['CometGuard', 'supplyTo', '4232cd63'], ['VenusGuard', 'mintBehalf', '23323e03'], ['VenusGuard', 'repayBorrowBehalf', '2608f818'], ['VenusGuard', 'accrueInterest', 'a6afed95']] as const)(
    'of %s calls %s (%s)',
    (name, _called, selector) => {
      expect(codeOf(name).includes(`63${selector}`)).toBe(true);
    },
  );

  it.each([['AaveGuard', isAaveGuardCode], ['MorphoGuard', isMorphoGuardCode], ['CometGuard', isCometGuardCode], ['VenusGuard', isVenusGuardCode]] as const)('of %s is recognised, and no other guard for it', (name, isItsCode) => {
    expect(contracts.filter(({ code }) => isItsCode(code)).map((contract) => contract.name)).toEqual([name]);
  });

  // Calls of the fillers: Aave's, then Morpho's.
  it.each([['flashLoanSimple', '42b0b77c', true, true], ['flashLoan', 'e0232b42', true, true], ['exactInput', 'c04b8d59', true, true], ['approve', '095ea7b3', true, true],
    ['transfer', 'a9059cbb', true, true], ['withdraw (Aave)', '69328dec', true, false], ['repay (Aave)', '573ade81', true, false], ['repay (Morpho)', '20b76e81', false, true],
    ['transferFrom', '23b872dd', false, false], ['borrow (Aave)', 'a415bcad', false, false], ['borrow (Morpho)', '50d8cd4b', false, false], ['supply', '617ba037', false, false],
    ['withdrawCollateral (Morpho)', '8720316d', false, false], ['setAuthorization', 'eecea000', false, false], ['flashLoan with modes', 'ab9c4b5d', false, false],
    ['remove', '29092d0e', false, false], ['multicall', 'ac9650d8', false, false], ['permit', 'd505accf', false, false]] as const)(
    'of the fillers: %s (%s)',
    (_name, selector, aave, morpho) => {
      expect([codeOf('AaveFiller').includes(`63${selector}`), codeOf('MorphoFiller').includes(`63${selector}`)]).toEqual([aave, morpho]);
    },
  );

  it.each([['AaveFiller', aaveFillerRuntime, isAaveFillerCode], ['MorphoFiller', morphoFillerRuntime, isMorphoFillerCode]] as const)(
    'of %s is recognised whatever its guard and lenders are',
    (name, runtime, isItsCode) => {
      const bytes = getBytes(codeOf(name));
      for (const { start, length } of runtime.immutables) bytes.fill(0x5a, start, start + length);
      expect(isItsCode(`0x${Buffer.from(bytes).toString('hex')}`)).toBe(true);
      expect(isItsCode(codeOf('AaveGuard'))).toBe(false);
    },
  );

  it('of the fillers takes no ether', () => {
    for (const abi of [aaveFillerAbi, morphoFillerAbi]) {
      expect(abi.filter((entry) => ['receive', 'fallback'].includes(entry.type) || ('stateMutability' in entry && (entry.stateMutability as string) === 'payable'))).toEqual([]);
    }
  });
});
