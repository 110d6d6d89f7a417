import type { Config, MandateDraft } from '../api/types.js';
import { approveData } from '../protect/contract-check.js';
import { USDC, WETH } from './positions.js';

export const GUARD = `0x${'8b'.repeat(20)}`;
export const KEEPERS = `0x${'6c'.repeat(20)}`;
const OWNER = `0x${'7a'.repeat(20)}`;
export const A_WETH = { address: `0x${'3c'.repeat(20)}`, symbol: 'aWETH', decimals: 18 };
type Approval = MandateDraft['approvals'][number];

export const aChain: Config['chains'][number] = { chainId: 1, name: 'Ethereum', rpcUrl: null, guards: [{ contract: 'AaveGuard', address: GUARD }], keepers: KEEPERS, tokens: [WETH, USDC] };

const FIELDS = ['name', 'version', 'chainId', 'verifyingContract'];

/** A permission for an amount of a token, as a permit too unless told. */
export function anApproval(asset: Approval['asset'], raw: string, suggested: string, action: Approval['action'], takesPermits = true): Approval {
  const typedData = {
    domain: { name: asset.symbol, version: '1', chainId: 1, verifyingContract: asset.address }, types: { EIP712Domain: FIELDS.map((name) => ({ name, type: 'string' })), Permit: [] },
    primaryType: 'Permit' as const, message: { owner: OWNER, spender: GUARD, value: raw, nonce: '0', deadline: '1800000000' },
  };
  return {
    action, asset, spender: GUARD, allowance: '0', balance: suggested, suggested, suggestedRaw: raw,
    permit: takesPermits ? { typedData, deadline: 1_800_000_000 } : null, transaction: { to: asset.address, data: approveData(GUARD, raw), value: '0x0' },
  };
}

const TERMS: MandateDraft['terms'] = {
  owner: OWNER, collateral: WETH.address, debt: USDC.address, actions: 6, triggerHf: '1200000000000000000', minHf: '1210000000000000000', maxHf: '1500000000000000000',
  maxCostBps: 100, fillPerDay: '85000000000', keepers: KEEPERS, expiry: 1_810_857_600, prev: `0x${'09'.repeat(32)}`,
};

/** REPAY and FILL for 42 WETH against USDC: 9,000 USDC and 36 aWETH are asked for. */
export const aDraft = (overrides: Partial<MandateDraft> = {}): MandateDraft => ({
  hash: `0x${'ab'.repeat(32)}`, positionId: 'position', terms: TERMS, sentence: 'Until 21 May 2027, Ballast may repay it.', worstCase: 'If our key is stolen: at most 1.0%.', authority: null, notes: [],
  stolenKey: { asset: USDC, atOnce: '8998.875141', atOnceUsd: { calm: '153.62', crash: '362.66' }, inAllUsd: { calm: '341.40', crash: '806.00' } },
  typedData: {
    domain: { name: 'Ballast AaveGuard', version: '1', chainId: 1, verifyingContract: GUARD }, types: { Mandate: [] }, primaryType: 'Mandate',
    message: TERMS,
  },
  approvals: [anApproval(USDC, '9000000000', '9000', 'repay'), anApproval(A_WETH, '36000000000000000000', '36', 'fill')],
  authorization: null,
  safe: null,
  ...overrides,
});
