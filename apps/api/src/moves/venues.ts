import { Interface } from 'ethers';
import { aavePoolAbi, callOf, decodeAs, type Call, type CallResult, type Pinned, type ReadClient } from '@ballast/connectors';
import { address, mulDivDown, mulDivUp, wad, type Address, type Wad } from '@ballast/units';
import { z } from 'zod';

const poolAbi = new Interface([
  'function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)',
  'function withdraw(address asset, uint256 amount, address to) returns (uint256)',
]);
const PARAMS = '(address loanToken, address collateralToken, address oracle, address irm, uint256 lltv)';
const morphoAbi = new Interface([
  `function supplyCollateral(${PARAMS} marketParams, uint256 assets, address onBehalf, bytes data)`,
  `function withdrawCollateral(${PARAMS} marketParams, uint256 assets, address onBehalf, address receiver)`,
  `function accrueInterest(${PARAMS} marketParams)`,
  'function idToMarketParams(bytes32 id) view returns (address loanToken, address collateralToken, address oracle, address irm, uint256 lltv)',
  'function market(bytes32 id) view returns (uint128 totalSupplyAssets, uint128 totalSupplyShares, uint128 totalBorrowAssets, uint128 totalBorrowShares, uint128 lastUpdate, uint128 fee)',
  'function position(bytes32 id, address user) view returns (uint256 supplyShares, uint128 borrowShares, uint128 collateral)',
]);
const oracleAbi = new Interface(['function price() view returns (uint256)']);

const WAD = 10n ** 18n;
/** Scale of a Morpho oracle's price, in loan units for one collateral unit. */
const MORPHO_PRICE = 10n ** 36n;
const VIRTUAL_SHARES = 10n ** 6n;
const VIRTUAL_ASSETS = 1n;
const NO_DEBT = (1n << 256n) - 1n;
const NOBODY = `0x${'0'.repeat(40)}`;

/** One account at one protocol, which can give collateral or take it, and whose health the protocol itself tells. */
export interface Venue {
  /** `Aave v3`, for sentences. */
  readonly name: string;
  readonly account: Address;
  /** The collateral's token. */
  readonly token: Address;
  /** Whom the token is approved to before it is supplied. */
  readonly contract: Address;
  /** Takes `amount` out of the account to its own wallet. */
  withdraw(amount: bigint): Call;
  /** Adds `amount`, from whoever calls, to the account. */
  supply(amount: bigint): Call;
  /** What to ask for the health; a call that changes nothing but accrued interest may be among them. */
  readonly healthCalls: readonly Call[];
  /** The answer: scaled by 1e18, rounded down; null without debt. @throws ReadFailed */
  health(results: readonly CallResult[]): Wad | null;
}

const uint = z.bigint();
const dataOf = (result: CallResult | undefined): `0x${string}` => (result?.kind === 'ok' ? result.data : '0x');

/** An account at Aave v3. */
export function aaveVenue(pool: Address, account: Address, token: Address): Venue {
  return {
    name: 'Aave v3', account, token, contract: pool,
    withdraw: (amount) => callOf(pool, poolAbi, 'withdraw', [token, amount, account]),
    supply: (amount) => callOf(pool, poolAbi, 'supply', [token, amount, account, 0]),
    healthCalls: [callOf(pool, aavePoolAbi, 'getUserAccountData', [account])],
    health: ([data]) => {
      const [, , , , , health] = decodeAs(aavePoolAbi, 'getUserAccountData', z.tuple([uint, uint, uint, uint, uint, uint]), dataOf(data));
      return health === NO_DEBT ? null : wad(health);
    },
  };
}

/** An account in one market of Morpho Blue; null where there is no such market. */
export async function morphoVenue(client: ReadClient, block: Pinned, morpho: Address, marketId: string, account: Address): Promise<Venue | null> {
  const asked = callOf(morpho, morphoAbi, 'idToMarketParams', [marketId]);
  const text = z.string().transform(address);
  const params = decodeAs(morphoAbi, 'idToMarketParams', z.tuple([text, text, text, text, uint]), await client.callAt(block, asked.to, asked.data));
  const [, token, oracle, , lltv] = params;
  if (token === NOBODY) return null;
  return {
    name: 'Morpho', account, token, contract: morpho,
    withdraw: (amount) => callOf(morpho, morphoAbi, 'withdrawCollateral', [params, amount, account, account]),
    supply: (amount) => callOf(morpho, morphoAbi, 'supplyCollateral', [params, amount, account, '0x']),
    healthCalls: [callOf(morpho, morphoAbi, 'accrueInterest', [params]), callOf(morpho, morphoAbi, 'position', [marketId, account]), callOf(morpho, morphoAbi, 'market', [marketId]), callOf(oracle, oracleAbi, 'price')],
    health: ([, position, market, price]) => {
      const [, borrowShares, collateral] = decodeAs(morphoAbi, 'position', z.tuple([uint, uint, uint]), dataOf(position));
      const [, , borrowed, shares] = decodeAs(morphoAbi, 'market', z.tuple([uint, uint, uint, uint, uint, uint]), dataOf(market));
      const [each] = decodeAs(oracleAbi, 'price', z.tuple([uint]), dataOf(price));
      return morphoHealth({ borrowShares, collateral, totalBorrowAssets: borrowed, totalBorrowShares: shares, price: each, lltv });
    },
  };
}

export interface MorphoFigures {
  readonly borrowShares: bigint;
  readonly collateral: bigint;
  readonly totalBorrowAssets: bigint;
  readonly totalBorrowShares: bigint;
  /** Loan units for one collateral unit, scaled by 1e36. */
  readonly price: bigint;
  /** Scaled by 1e18. */
  readonly lltv: bigint;
}

/** What may be borrowed against the collateral, rounded down, over what is borrowed, rounded up, as Morpho rounds both: at 1 and above it is not liquidatable. */
export function morphoHealth({ borrowShares, collateral, totalBorrowAssets, totalBorrowShares, price, lltv }: MorphoFigures): Wad | null {
  if (borrowShares === 0n) return null;
  const owed = mulDivUp(borrowShares, totalBorrowAssets + VIRTUAL_ASSETS, totalBorrowShares + VIRTUAL_SHARES);
  const allowed = mulDivDown(mulDivDown(collateral, price, MORPHO_PRICE), lltv, WAD);
  return wad(mulDivDown(allowed, WAD, owed));
}
