import type { Hex } from '@ballast/connectors';
import { hash32, type Address, type ChainId, type Hash32 } from '@ballast/units';
import { Interface, TypedDataEncoder, ZeroAddress, concat, dataLength, getAddress, toBeHex, zeroPadValue } from 'ethers';
import type { PlannedCall } from './calls.js';

const multiSendAbi = new Interface(['function multiSend(bytes transactions) payable']);
/** A Safe's own calls that a page needs to know of it. */
export const safeAbi = new Interface(['function getOwners() view returns (address[])', 'function getThreshold() view returns (uint256)', 'function nonce() view returns (uint256)']);

const SAFE_TX = [
  { name: 'to', type: 'address' },
  { name: 'value', type: 'uint256' },
  { name: 'data', type: 'bytes' },
  { name: 'operation', type: 'uint8' },
  { name: 'safeTxGas', type: 'uint256' },
  { name: 'baseGas', type: 'uint256' },
  { name: 'gasPrice', type: 'uint256' },
  { name: 'gasToken', type: 'address' },
  { name: 'refundReceiver', type: 'address' },
  { name: 'nonce', type: 'uint256' },
];
const DELEGATECALL = 1;

/** The calls one after the other, all or none, as MultiSendCallOnly takes them: it makes plain calls alone, and no value moves. */
export function encodeMultiSend(calls: readonly PlannedCall[]): Hex {
  const packed = calls.map(({ to, data }) => concat([toBeHex(0, 1), to, zeroPadValue('0x', 32), toBeHex(dataLength(data), 32), data]));
  return multiSendAbi.encodeFunctionData('multiSend', [concat(packed)]) as Hex;
}

/**
 * One Safe transaction that makes the calls: a delegatecall of MultiSendCallOnly, without any refund of gas. `typedData` is what the Safe's owners
 * sign (EIP-712), `safeTxHash` its hash and the Safe's own name for it.
 */
export function safeBatch(chainId: ChainId, safe: Address, nonce: bigint, multiSendCallOnly: Address, calls: readonly PlannedCall[]) {
  const message = {
    to: getAddress(multiSendCallOnly), value: '0', data: encodeMultiSend(calls), operation: DELEGATECALL, safeTxGas: '0', baseGas: '0', gasPrice: '0', gasToken: ZeroAddress, refundReceiver: ZeroAddress, nonce: nonce.toString(),
  };
  const domain = { chainId: Number(chainId), verifyingContract: getAddress(safe) };
  const safeTxHash: Hash32 = hash32(TypedDataEncoder.hash(domain, { SafeTx: SAFE_TX }, message));
  const typedData = { domain, types: { EIP712Domain: [{ name: 'chainId', type: 'uint256' }, { name: 'verifyingContract', type: 'address' }], SafeTx: SAFE_TX }, primaryType: 'SafeTx' as const, message };
  return { safeTxHash, typedData };
}
