import { keccak256 } from './keccak.js';

const known = new Map<string, string>();

/** The address as people see it: the case of its letters is its checksum (EIP-55). Text that is no address is returned as it is. */
export function checksummed(address: string): string {
  if (!/^0x[0-9a-fA-F]{40}$/.test(address)) return address;
  const lower = address.slice(2).toLowerCase();
  let shown = known.get(lower);
  if (shown === undefined) {
    const hash = keccak256(new TextEncoder().encode(lower));
    shown = `0x${[...lower].map((digit, index) => {
      const nibble = ((hash[index >> 1] as number) >> (index % 2 === 0 ? 4 : 0)) & 0xf;
      return nibble >= 8 ? digit.toUpperCase() : digit;
    }).join('')}`;
    known.set(lower, shown);
  }
  return shown;
}

/** Four digits from each end. */
export const shortAddress = (address: string): string => {
  const shown = checksummed(address);
  return `${shown.slice(0, 6)}…${shown.slice(-4)}`;
};
export const shortHash = (hash: string): string => `${hash.slice(0, 6)}…${hash.slice(-4)}`;
