import { AbiCoder, Interface, getAddress, type InterfaceAbi } from 'ethers';
import { interfaceOf } from '../artifacts.js';
import type { Artifacts } from '../compile.js';
import { read, type Sender } from '../sender.js';
import { artifactOf } from './lookup.js';
import { ethCorrelated, listings, tokenOf, type Deployment, type Listing, type Token, type TokenSymbol } from './market.js';

/** Every custom error of the protocol: the pool's linked libraries throw errors that the pool's own ABI does not list. */
export function aaveErrors(artifacts: Artifacts): Interface {
  const errors = Object.values(artifacts).flatMap(({ abi }) => abi).filter((entry) => (entry as { type?: string }).type === 'error');
  return new Interface([...new Map(errors.map((entry) => [JSON.stringify(entry), entry])).values()] as InterfaceAbi);
}

/**
 * Deploys the whole Aave v3.6 market and lists the tokens. The order is the protocol's own: the data provider reads the pool
 * in its constructor, and the configurator needs the admin roles.
 */
export async function deployAave(sender: Sender, artifacts: Artifacts, tokens: readonly Token[], feeds: Readonly<Record<TokenSymbol, string>>, treasury: string): Promise<Deployment['aave']> {
  const deploy = (name: string, args: readonly unknown[] = [], libraries: Record<string, string> = {}): Promise<string> =>
    sender.deploy(artifactOf(artifacts, name), args, libraries);
  const abi = (name: string): Interface => interfaceOf(artifactOf(artifacts, name));
  const providerAbi = abi('PoolAddressesProvider');

  const addressesProvider = await deploy('PoolAddressesProvider', ['Ballast local market', sender.address]);
  const provider = async (method: string, ...args: unknown[]): Promise<void> =>
    void (await sender.execute({ to: addressesProvider, abi: providerAbi, method, args }, { gasLimit: 6_000_000n }));
  await provider('setACLAdmin', sender.address);

  const libraries: Record<string, string> = {};
  for (const name of ['BorrowLogic', 'FlashLoanLogic', 'LiquidationLogic', 'PoolLogic', 'SupplyLogic', 'ConfiguratorLogic']) {
    libraries[name] = await deploy(name, [], libraries);
  }
  const rates = await deploy('DefaultReserveInterestRateStrategyV2', [addressesProvider]);
  const poolImplementation = await deploy('PoolInstance', [addressesProvider, rates], libraries);
  const configuratorImplementation = await deploy('PoolConfiguratorInstance', [], libraries);
  const aclManager = await deploy('ACLManager', [addressesProvider]);
  await provider('setACLManager', aclManager);
  for (const method of ['addPoolAdmin', 'addEmergencyAdmin', 'addRiskAdmin']) {
    await sender.execute({ to: aclManager, abi: abi('ACLManager'), method, args: [sender.address] });
  }
  await provider('setPoolImpl', poolImplementation);
  await provider('setPoolConfiguratorImpl', configuratorImplementation);
  const lookUp = async (method: string): Promise<string> =>
    String((await read(sender.provider, { to: addressesProvider, abi: providerAbi, method, args: [] }))[0]).toLowerCase();
  const pool = await lookUp('getPool');
  const configurator = await lookUp('getPoolConfigurator');

  const oracle = await deploy('AaveOracle', [addressesProvider, tokens.map((token) => token.address), tokens.map((token) => feeds[token.symbol]),
    '0x0000000000000000000000000000000000000000', '0x0000000000000000000000000000000000000000', 100_000_000n]);
  await provider('setPriceOracle', oracle);
  const dataProvider = await deploy('AaveProtocolDataProvider', [addressesProvider]);
  await provider('setPoolDataProvider', dataProvider);

  const rewards = await deploy('RewardsController', [sender.address]);
  const aToken = await deploy('ATokenInstance', [pool, rewards, treasury]);
  const debtToken = await deploy('VariableDebtTokenInstance', [pool, rewards]);
  const configure = async (method: string, args: readonly unknown[], gasLimit = 1_000_000n): Promise<void> =>
    void (await sender.execute({ to: configurator, abi: abi('PoolConfiguratorInstance'), method, args }, { gasLimit }));

  const coder = AbiCoder.defaultAbiCoder();
  await configure('initReserves', [listings.map(({ symbol, rates: curve }) => ({
    aTokenImpl: aToken, variableDebtTokenImpl: debtToken, underlyingAsset: getAddress(tokenOf({ tokens }, symbol).address),
    aTokenName: `Aave Local ${symbol}`, aTokenSymbol: `aLoc${symbol}`,
    variableDebtTokenName: `Aave Local Variable Debt ${symbol}`, variableDebtTokenSymbol: `variableDebtLoc${symbol}`, params: '0x',
    interestRateData: coder.encode(['tuple(uint16,uint32,uint32,uint32)'], [curve]),
  }))], 12_000_000n);
  for (const listing of listings) {
    const asset = tokenOf({ tokens }, listing.symbol).address;
    await configure('configureReserveAsCollateral', [asset, listing.ltv, listing.liquidationThreshold, listing.liquidationBonus]);
    await configure('setReserveBorrowing', [asset, true]);
    await configure('setReserveFlashLoaning', [asset, true]);
    await configure('setReserveFactor', [asset, listing.reserveFactor]);
    await configure('setLiquidationProtocolFee', [asset, listing.liquidationProtocolFee]);
    const { debtCeiling = 0n, borrowableInIsolation = false } = listing as Listing;
    // Before anybody supplies it: afterwards a reserve cannot become isolated.
    if (debtCeiling > 0n) await configure('setDebtCeiling', [asset, debtCeiling]);
    if (borrowableInIsolation) await configure('setBorrowableInIsolation', [asset, true]);
  }
  await configure('updateFlashloanPremium', [5]);
  await configure('setEModeCategory', [ethCorrelated.id, ethCorrelated.ltv, ethCorrelated.liquidationThreshold, ethCorrelated.liquidationBonus, ethCorrelated.label]);
  for (const symbol of ethCorrelated.members) {
    const asset = tokenOf({ tokens }, symbol).address;
    await configure('setAssetCollateralInEMode', [asset, ethCorrelated.id, true]);
    await configure('setAssetBorrowableInEMode', [asset, ethCorrelated.id, true]);
  }
  const receipts = await Promise.all(listings.map(async ({ symbol }) => {
    const [found] = await read(sender.provider, { to: pool, abi: abi('PoolInstance'), method: 'getReserveAToken', args: [tokenOf({ tokens }, symbol).address] });
    return [symbol, String(found).toLowerCase()] as const;
  }));
  return { pool, oracle, addressesProvider, dataProvider, configurator, aclManager, aTokens: Object.fromEntries(receipts) as Record<TokenSymbol, string> };
}

