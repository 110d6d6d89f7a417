export { startDevchain, startsBefore, type Devchain, type DevchainBook, type DevchainOptions } from './devchain.js';
export { devMnemonic, freshAccounts, roleAccounts, type Accounts, type DevAccount, type Role } from './accounts.js';
export { ethCorrelated, listings, tokenOf, type Deployment, type Token, type TokenSymbol } from './deploy/market.js';
export { heartbeatSeconds, type Feeds } from './feeds.js';
export { baseFee, type Mining } from './mining.js';
export { connectTo, read, Sender, type Call } from './sender.js';
export { ArtifactMissing, ChainUnavailable, CompilationFailed, TransactionFailed } from './errors.js';
