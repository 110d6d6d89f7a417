export { AaveV3Prices } from './aave-v3/aave-v3-prices.js';
export { AaveV3Reader, type LiquidationSeen } from './aave-v3/aave-v3-reader.js';
export { MorphoBlueReader, type MorphoPlace } from './morpho-blue/morpho-blue-reader.js';
export { Tokens } from './tokens.js';
export { VenusReader } from './venus/venus-reader.js';
export { Discovery, eventStreams, type StreamStatus } from './discovery/discovery.js';
export { type EventStream } from './discovery/event-stream.js';
export { type ChainReads, type ScanOptions, type StreamStep } from './discovery/stream-scan.js';
