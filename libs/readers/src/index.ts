export { AaveV3Prices } from './aave-v3/aave-v3-prices.js';
export { AaveV3Reader, type LiquidationSeen } from './aave-v3/aave-v3-reader.js';
