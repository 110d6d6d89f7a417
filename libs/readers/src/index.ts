export { AaveV3Prices } from './aave-v3/aave-v3-prices.js';
export { AaveV3Reader, type LiquidationSeen } from './aave-v3/aave-v3-reader.js';
export { CompoundV3Reader } from './compound-v3/compound-v3-reader.js';
export { MarketPrices, type FeedSource, type MarketReading, type MarketSource, type PoolSource } from './market-prices/market-prices.js';
export { MorphoBlueReader, type MorphoPlace } from './morpho-blue/morpho-blue-reader.js';
export { Tokens } from './tokens.js';
export { Underlyings } from './underlyings/underlyings.js';
export { VenusReader } from './venus/venus-reader.js';
