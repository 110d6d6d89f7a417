import { BPS, WAD, mulDivDown, mulDivUp, oneToken, type Bps, type RawAmount, type UsdE8 } from '@ballast/units';
import { positionId, type LendingPosition, type WalletFunds } from './lending.js';
import { morphoDebt, morphoHealth, morphoIncentive, type MorphoLoan } from './morpho-loan.js';
import type { OraclePrice } from './price.js';

const PRICE_SCALE = 10n ** 36n;
/** Morpho has no switches: a market can be neither frozen nor paused. */
const OPEN = { active: true, frozen: false, paused: false } as const;
const WHOLE = 10_000n as Bps;

/** What a loan of Morpho needs beside itself to be told in dollars and acted on. */
export interface MorphoSurroundings {
  /** Dollars for the loan token; Morpho itself knows no dollars. `no-price` leaves the health as it is and every value 0. */
  readonly loanPrice: OraclePrice;
  /** When the market's oracle last heard from its feeds, in chain seconds; null where it does not tell. */
  readonly oracleUpdatedAt: bigint | null;
  /** Whether the owner lets the guard move the collateral. */
  readonly authorized: boolean;
  readonly wallet: readonly WalletFunds[];
}

/**
 * The loan in the terms that all protocols share. Values are the oracle's ratio times the loan token's dollars: collateral rounded down, debt up.
 * The health is Morpho's own to the last digit; the threshold is the market's, cut to hundredths of a percent.
 */
export function morphoPosition(loan: MorphoLoan, { loanPrice, oracleUpdatedAt, authorized, wallet }: MorphoSurroundings): LendingPosition {
  const { account, terms, provenance, price, collateral } = loan;
  const debt = morphoDebt(loan);
  const threshold = mulDivDown(terms.lltv, BPS, WAD) as Bps;
  const usdOfLoan = loanPrice.kind === 'price' ? loanPrice.usdE8 : 0n;
  const loanUnit = oneToken(terms.loan.decimals);
  const inLoan = price.kind === 'price' ? mulDivDown(collateral, price.scaled, PRICE_SCALE) : 0n;
  const collateralUsdE8 = mulDivDown(inLoan, usdOfLoan, loanUnit) as UsdE8;
  const debtUsdE8 = mulDivUp(debt, usdOfLoan, loanUnit) as UsdE8;
  return {
    id: positionId(provenance.chainId, 'morpho-blue', account, terms.id),
    protocol: 'morpho-blue', market: loan.morpho, marketId: terms.id, account, provenance,
    collaterals: collateral === 0n ? [] : [{
      asset: terms.collateral, amount: collateral, valueUsdE8: collateralUsdE8, price: collateralPrice(loan, loanPrice, oracleUpdatedAt),
      liquidationThreshold: threshold, liquidationBonus: mulDivDown(morphoIncentive(terms.lltv) - WAD, BPS, WAD) as Bps, enabled: true,
      releasable: (authorized ? collateral : 0n) as RawAmount, reserve: OPEN,
    }],
    debts: debt === 0n ? [] : [{ asset: terms.loan, amount: debt, valueUsdE8: debtUsdE8, price: loanPrice, reserve: OPEN }],
    closeFactor: WHOLE,
    eMode: { kind: 'none' },
    reported: { collateralUsdE8, debtUsdE8, liquidationThreshold: threshold, health: morphoHealth(loan) },
    wallet,
  };
}

/** Dollars for one token of the collateral, rounded down; as old as the oracle's feeds. */
function collateralPrice({ terms, price }: MorphoLoan, loanPrice: OraclePrice, updatedAt: bigint | null): OraclePrice {
  if (price.kind === 'no-price' || loanPrice.kind === 'no-price') return { kind: 'no-price', source: terms.oracle };
  const usdE8 = mulDivDown(price.scaled * loanPrice.usdE8, oneToken(terms.collateral.decimals), PRICE_SCALE * oneToken(terms.loan.decimals)) as UsdE8;
  return usdE8 === 0n ? { kind: 'no-price', source: terms.oracle } : { kind: 'price', usdE8, updatedAt, source: terms.oracle };
}
