import { HDNodeWallet, Mnemonic } from 'ethers';

/** The phrase that every local Ethereum chain uses; its keys are public knowledge and hold nothing anywhere else. */
export const devMnemonic = 'test test test test test test test test test test test junk';

export interface DevAccount {
  readonly address: string;
  readonly privateKey: string;
}

/** Who acts on the local chain. The order fixes each one's key. */
const roles = ['deployer', 'keeper', 'liquidator', 'arbitrageur', 'whale', 'transmitter', 'remover', 'treasury', 'backupKeeper', 'keeper2', 'keeper3', 'keeper4'] as const;
export type Role = (typeof roles)[number];
export type Accounts = Readonly<Record<Role, DevAccount>>;
export const roleCount = roles.length;

function derive(path: string): DevAccount {
  const node = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(devMnemonic), path);
  return { address: node.address.toLowerCase(), privateKey: node.privateKey };
}

let derived: Accounts | undefined;
export function roleAccounts(): Accounts {
  derived ??= Object.fromEntries(roles.map((role, index) => [role, derive(`m/44'/60'/0'/0/${index}`)])) as Accounts;
  return derived;
}

/** The accounts that the keeper sends from, each with a line of nonces of its own. */
export const keeperLanes = (accounts: Accounts = roleAccounts()): readonly DevAccount[] => [accounts.keeper, accounts.keeper2, accounts.keeper3, accounts.keeper4];

/**
 * Accounts for users of the chain, apart from those of the roles: the same `seedIndex` always gives the same accounts.
 * They own nothing at first; `openLoan` gives them what they need.
 */
export function freshAccounts(seedIndex: number, count = 2): DevAccount[] {
  return Array.from({ length: count }, (_, index) => derive(`m/44'/60'/1'/${seedIndex}/${index}`));
}

