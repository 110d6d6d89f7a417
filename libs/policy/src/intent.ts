import type { Address, Bps, ChainId, Hash32, RawAmount, UsdE8, Wad } from '@ballast/units';
import type { PositionId } from '@ballast/positions';

/**
 * What an intent makes the chain do. ACTIVATE puts a signed mandate in force, PERMIT hands in an allowance that the owner signed. The others
 * are actions: REPAY and TOP_UP move the owner's own funds into the owner's own loan, FILL repays with the owner's collateral.
 */
export type IntentKind = 'ACTIVATE' | 'PERMIT' | 'REPAY' | 'TOP_UP' | 'FILL';

/** The kinds that change a loan; of a position at most one is under way. */
export const ACTION_KINDS = ['REPAY', 'TOP_UP', 'FILL'] as const satisfies readonly IntentKind[];
export type ActionKind = (typeof ACTION_KINDS)[number];
export const isActionKind = (kind: IntentKind): kind is ActionKind => kind === 'REPAY' || kind === 'TOP_UP' || kind === 'FILL';

/** execution.md's states. The last five are terminal. */
export type IntentState =
  | 'PLANNED' | 'NONCED' | 'SIGNED' | 'BROADCAST' | 'MINED' | 'CONFIRMED'
  | 'DONE' | 'REVERTED' | 'REPLACED' | 'EXPIRED' | 'DROPPED';

export const TERMINAL_INTENT_STATES: readonly IntentState[] = ['DONE', 'REVERTED', 'REPLACED', 'EXPIRED', 'DROPPED'];

/** Whose flash loan pays a fill until the collateral is sold. As the fillers number them: Aave takes a premium, Morpho none. */
export const FLASH_LENDERS = { AAVE: 0, MORPHO: 1 } as const;
export type FlashLender = (typeof FLASH_LENDERS)[keyof typeof FLASH_LENDERS];

/**
 * Where an action is to bring the health, its amount being worked out in the transaction itself: what was planned may be too much or too little
 * by then, because the price moved or somebody else acted in between. As the fillers take it.
 */
export interface Aim {
  /** The health to end at, inside the mandate's band. */
  readonly health: Wad;
  /** What the account owes beside the mandate's debt, at the planned prices, in units of the mandate's debt. */
  readonly otherDebt: RawAmount;
  /** Liquidation threshold of the collateral for this account; of no matter to a repayment. */
  readonly thresholdBps: Bps;
  /** What the collateral released is worth above the debt repaid, as a share of the latter; of no matter to a repayment. */
  readonly costBps: Bps;
}

/** How a FILL is paid for. `out` is collateral units for the plan's `max` debt units; the guard scales it down with the amount. */
export type FillCall =
  | {
      /** A filler borrows the debt token, sells the collateral and pays the loan back. */
      readonly lane: 'flash';
      readonly out: RawAmount;
      readonly filler: Address;
      readonly lender: FlashLender;
      readonly router: Address;
      /** Uniswap v3 path from collateral to debt: token, fee, token, and so on. */
      readonly path: `0x${string}`;
      /** Debt-token units that stay with the keeper for gas. */
      readonly keeps: RawAmount;
      /** The amount is what reaches this, at most the plan's `max`. */
      readonly aim: Aim;
    }
  | {
      /** The keeper pays with debt tokens of its own and receives the collateral as the protocol's receipt tokens. */
      readonly lane: 'capital';
      readonly out: RawAmount;
    };

/** What an action was worth when it was planned: how much its fees may come to goes by it. */
export interface Economics {
  /** null where nothing was owed. */
  readonly healthFactor: Wad | null;
  /** What the liquidation that it averts would take. */
  readonly lossAvoidedUsdE8: UsdE8;
  /** Dollars for one coin of the chain; null where its price is not known. */
  readonly coinUsdE8: UsdE8 | null;
  /** Chance of that liquidation within the horizon that the decision was weighed by; null where it is not known. */
  readonly chance: number | null;
}

/** The call an intent will make, fixed when it is planned. For ACTIVATE and PERMIT min and max are not used. */
export interface IntentPlan {
  readonly kind: IntentKind;
  readonly chainId: ChainId;
  readonly guard: Address;
  readonly mandateHash: Hash32;
  readonly positionId: PositionId;
  readonly min: RawAmount;
  readonly max: RawAmount;
  /** Chain seconds after which the guard refuses the call. */
  readonly deadline: bigint;
  /** Of a FILL, and of no other kind. */
  readonly fill?: FillCall;
  /** Of a REPAY that the filler hands on to the guard, with the amount that reaches the aim, at most `max`. Without it the amount is `max`. */
  readonly towards?: { readonly filler: Address; readonly aim: Aim };
  /** Of a PERMIT, and of no other kind: which one is submitted. */
  readonly permitId?: string;
  /** Of an action. Without it only the settings limit its fees. */
  readonly economics?: Economics;
}

/** A signed transaction of an intent. Every hash ever signed is kept. */
export interface IntentTransaction {
  readonly id: string;
  readonly lane: Address;
  readonly nonce: bigint;
  /** `call` does the work; `cancel` is an empty self-transfer that frees the nonce. */
  readonly purpose: 'call' | 'cancel';
  readonly hash: Hash32 | null;
  readonly raw: `0x${string}` | null;
  readonly gasLimit: bigint | null;
  readonly maxFeePerGas: bigint | null;
  readonly maxPriorityFeePerGas: bigint | null;
  readonly broadcastAt: number | null;
}

/** The guard's `Executed` event, matched to the intent by transaction hash. */
export interface ExecutedEvent {
  readonly mandateHash: Hash32;
  readonly owner: Address;
  readonly executor: Address;
  readonly action: number;
  readonly seq: bigint;
  readonly hfBefore: Wad;
  readonly hfAfter: Wad;
  readonly debtRepaid: RawAmount;
  readonly collateralIn: RawAmount;
  readonly collateralOut: RawAmount;
}

/** The filler's `Filled` event: what became of the collateral that the guard released. */
export interface FilledEvent {
  /** Collateral units sold. */
  readonly swappedIn: RawAmount;
  /** Debt units that the sale brought. */
  readonly swappedOut: RawAmount;
  /** Debt units that the lender took for the loan. */
  readonly premium: RawAmount;
  /** Debt units that the keeper kept for gas. */
  readonly kept: RawAmount;
  /** Debt units beyond all that, repaid on the owner's debt. */
  readonly surplus: RawAmount;
}

export interface MinedReceipt {
  readonly transactionHash: Hash32;
  readonly blockNumber: bigint;
  readonly blockHash: Hash32;
  readonly succeeded: boolean;
  readonly gasUsed: bigint;
  readonly effectiveGasPrice: bigint;
  readonly executed: ExecutedEvent | null;
  /** Of a fill through a filler. */
  readonly filled?: FilledEvent | null;
}

export interface Intent {
  readonly id: string;
  readonly plan: IntentPlan;
  readonly state: IntentState;
  readonly decisionId: string | null;
  readonly transactions: readonly IntentTransaction[];
  readonly receipt: MinedReceipt | null;
  readonly failure: { readonly code: string; readonly message: string } | null;
}
