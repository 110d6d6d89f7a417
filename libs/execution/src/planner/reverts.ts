import { decodeRevert, type Revert } from '@ballast/contracts';

/**
 * What a revert asks for (docs: retry classes).
 * `resolved`: nothing needs doing any more. `wait`: the same may work later. `larger-step`, `other-action`: another amount or
 * action may work now. `stale-market`: priced anew it may work, and the wallet does not need the price. `needs-user`: only the owner can help.
 * `bug`: our own mistake or an attack: stop and look.
 */
export type RetryClass = 'resolved' | 'wait' | 'larger-step' | 'other-action' | 'stale-market' | 'needs-user' | 'bug';

export interface RevertClass {
  /** Stable: the error's name in lower case with dashes, or `unknown-revert`. */
  readonly code: string;
  readonly class: RetryClass;
  /** For people. */
  readonly message: string;
  readonly source: Revert['source'];
  readonly args: Readonly<Record<string, string>>;
}

type Row = readonly [RetryClass, string];

const BY_NAME: Readonly<Record<string, Row>> = {
  // The guard
  NotTriggered: ['resolved', 'The loan is at or above the trigger: nothing needs doing.'],
  DeadlinePassed: ['wait', 'The call came after its own deadline.'],
  Reentered: ['bug', 'The guard was called from inside itself.'],
  NothingToMove: ['needs-user', 'The wallet holds or allows nothing that could be moved.'],
  BelowMin: ['needs-user', 'The wallet holds or allows less than is worth moving.'],
  // The price rose, or somebody else repaid, after the amount was planned: the next plan is made from what is there then.
  AboveBand: ['wait', 'The amount would have lifted the loan above the signed band: the loan is healthier than when it was planned.'],
  BelowBand: ['larger-step', 'The amount would have left the loan below the signed band.'],
  HealthNotImproved: ['other-action', 'The action would not have raised the health factor.'],
  CollateralNotEnabled: ['other-action', 'The collateral is switched off at the protocol, so adding to it would not count.'],
  ReserveDrained: ['other-action', 'Nearly all of the collateral\'s reserve is lent out: adding to it is refused.'],
  ActionNotAllowed: ['other-action', 'The mandate does not allow this action.'],
  NotActive: ['needs-user', 'The mandate is not active.'],
  // Not a failure where the mandate is live already, as when somebody else brought it: the executor asks, and answers `already-active`.
  WrongPrev: ['needs-user', 'The mandate was signed before another change to the same pair: it must be signed again.'],
  EpochMoved: ['needs-user', 'The owner revoked every mandate.'],
  Expired: ['needs-user', 'The mandate has expired.'],
  BadSignatureLength: ['needs-user', 'The signature is not a 65-byte one.'],
  SignatureNotCanonical: ['needs-user', 'The signature is not in the one accepted form.'],
  WrongSigner: ['needs-user', 'The signature is not the owner\'s.'],
  NotOwner: ['bug', 'The call is for the owner alone.'],
  NotKeeper: ['needs-user', 'The keeper is not, or no longer, on the list that the mandate names.'],
  UnknownActions: ['needs-user', 'The mandate names no action that exists.'],
  SameAsset: ['needs-user', 'The mandate names one asset as both collateral and debt.'],
  TriggerTooLow: ['needs-user', 'The mandate\'s trigger is not above 1.'],
  BandOutOfOrder: ['needs-user', 'The mandate\'s trigger and band are not in order.'],
  CostAboveCeiling: ['needs-user', 'The mandate\'s cost limit is above the guard\'s ceiling.'],
  KeepersNotContract: ['needs-user', 'The mandate names no keepers contract.'],
  NotListed: ['needs-user', 'The protocol does not list an asset of the mandate.'],
  InexactTransfer: ['bug', 'The token took or gave another amount than asked: such tokens are not supported.'],
  OwnBalanceChanged: ['bug', 'The guard would have kept something.'],
  DebtNotReduced: ['bug', 'The debt would not have fallen by what was paid.'],
  CollateralNotAdded: ['bug', 'The collateral would not have risen by what was paid.'],
  // The guard, selling collateral
  CostTooHigh: ['stale-market', 'The collateral was worth more than the mandate allows for what was repaid: its price has moved since the plan.'],
  NoPrice: ['stale-market', 'The protocol has no price for one of the two assets.'],
  NothingReleasable: ['needs-user', 'The owner lets the guard take none of the collateral.'],
  CollateralOverdrawn: ['bug', 'More collateral would have left the loan than was agreed.'],
  // The guards of other venues
  UnknownMarket: ['needs-user', 'Morpho has no such market.'],
  NoUnderlying: ['needs-user', 'Venus\'s market of the chain\'s own coin cannot be acted on.'],
  VenueError: ['other-action', 'Venus refused with a code of its own.'],
  UnitTooCoarse: ['other-action', 'Adding so little to this market would lose too much by its rounding.'],
  // The keepers contract, passed on by the guard
  PairNotPriced: ['other-action', 'The mandate\'s keepers contract does not price this pair: its collateral cannot be sold.'],
  FeedChanged: ['needs-user', 'The protocol takes a price from another feed than the keepers contract knows: selling waits for a new mandate.'],
  BadAnswer: ['stale-market', 'A price feed gives no usable price.'],
  StaleFeed: ['stale-market', 'A price feed is older than it promises.'],
  SequencerDown: ['stale-market', 'The chain\'s sequencer is down, or has only just come back.'],
  FeedOlderThanRestart: ['stale-market', 'A price is older than the sequencer\'s last restart.'],
  // The fillers
  SwapTooSmall: ['stale-market', 'The sale would not have paid the loan back.'],
  LoanNotGiven: ['stale-market', 'The lender did not lend.'],
  OutOfReach: ['other-action', 'No amount of this collateral brings the health to the aim at this cost.'],
  CalledByItself: ['bug', 'The filler would have called itself.'],
  NotLender: ['bug', 'Somebody else than the lender called the filler.'],
  NotInitiator: ['bug', 'A loan that somebody else asked for reached the filler.'],
  UnexpectedLoan: ['bug', 'Another loan than the one asked for reached the filler.'],
  UnknownLender: ['bug', 'The filler does not know this lender.'],
  UnknownRouter: ['bug', 'The filler does not sell through this router.'],
  LeftBehind: ['bug', 'The filler would have kept something.'],
  PathLength: ['bug', 'The route of the sale has another length than one hop or two.'],
  PathBegins: ['bug', 'The route of the sale does not begin at the collateral.'],
  PathEnds: ['bug', 'The route of the sale does not end at the debt.'],
  // Aave v3.6, passed on by the guard
  ReservePaused: ['wait', 'The protocol has paused the reserve: nobody can repay, add or liquidate there now.'],
  ReserveInactive: ['wait', 'The protocol has switched the reserve off.'],
  ReserveFrozen: ['other-action', 'The protocol has frozen the reserve: no new supply.'],
  SupplyCapExceeded: ['other-action', 'The reserve\'s supply cap is full.'],
  SupplyToAToken: ['bug', 'The protocol refused the destination of the supply.'],
  InvalidAmount: ['bug', 'The protocol refused an amount of zero.'],
  InvalidMintAmount: ['larger-step', 'The amount is too small for the protocol to count.'],
  InvalidBurnAmount: ['larger-step', 'The amount is too small for the protocol to count.'],
  NoDebtOfSelectedType: ['resolved', 'There is no debt left in this asset.'],
  HealthFactorLowerThanLiquidationThreshold: ['larger-step', 'The loan would still be below the protocol\'s liquidation threshold.'],
  LtvValidationFailed: ['needs-user', 'Another collateral with a loan-to-value of zero stands in the way: the owner must switch it off.'],
  // Compound III, passed on by the guard
  Paused: ['wait', 'The protocol has paused supplying, and with it repaying.'],
  BadAsset: ['needs-user', 'The protocol does not take this asset as collateral.'],
  BadPrice: ['stale-market', 'A price feed of the protocol gives no usable price.'],
  TransferInFailed: ['needs-user', 'The token refused the transfer.'],
  InvalidUInt104: ['bug', 'The amount is larger than the protocol can count.'],
  InvalidUInt128: ['bug', 'The amount is larger than the protocol can count.'],
  ReentrantCallBlocked: ['bug', 'The protocol was called from inside itself.'],
  // Tokens
  ERC20InsufficientBalance: ['needs-user', 'The wallet holds less than was to be moved.'],
  ERC20InsufficientAllowance: ['needs-user', 'The wallet allows less than was to be moved.'],
  SafeERC20FailedOperation: ['needs-user', 'The token refused the transfer.'],
};

/** Codes of the executor's own. A stop ends some time, and the same call may be made then. */
const OWN_CODES: Readonly<Record<string, RetryClass>> = {
  'already-active': 'resolved', 'already-allowed': 'resolved', 'no-longer-wanted': 'resolved',
  stopped: 'wait', 'deadline-passed': 'wait', 'failed-too-often': 'wait', 'mandate-unknown': 'needs-user',
};

const NAMED: readonly Revert['source'][] = ['guard', 'filler', 'keepers', 'venue', 'token'];

/** Contracts that say it in words: Uniswap's router, Morpho, older tokens. */
const WORDS: readonly (readonly [RegExp, readonly [string, RetryClass]])[] = [
  [/too little received/i, ['sale-too-small', 'stale-market']],
  [/transaction too old/i, ['sale-too-late', 'wait']],
  [/^unauthorized$/i, ['not-authorized', 'needs-user']],
  [/insufficient liquidity/i, ['market-illiquid', 'wait']],
  [/supply cap reached/i, ['supply-cap-full', 'other-action']],
  [/(action|protocol) is paused/i, ['venue-paused', 'wait']],
  [/market not listed/i, ['market-not-listed', 'needs-user']],
  [/insufficient collateral/i, ['still-liquidatable', 'larger-step']],
  [/allowance|balance|transferFrom/i, ['token-refused', 'needs-user']],
];

/** Says what a call's revert data means and what to do about it. Data that nobody knows is `unknown-revert`, class `bug`. */
export function classifyRevert(data: string): RevertClass {
  const revert = decoded(data);
  const row = BY_NAME[revert.name];
  if (NAMED.includes(revert.source) && row !== undefined) {
    return { code: dashed(revert.name), class: row[0], message: row[1], source: revert.source, args: revert.args };
  }
  if (revert.source === 'message') {
    const text = Object.values(revert.args)[0] ?? '';
    const [code, kind] = WORDS.find(([pattern]) => pattern.test(text))?.[1] ?? ['reverted-with-message', 'bug'];
    return { code, class: kind, message: `The call reverted: ${text.slice(0, 200)}`, source: revert.source, args: revert.args };
  }
  if (revert.source === 'panic') return { code: 'panic', class: 'bug', message: 'A contract met a panic (overflow, or a missing element).', source: revert.source, args: revert.args };
  return { code: 'unknown-revert', class: 'bug', message: `The call reverted with ${data === '0x' ? 'no reason' : data.slice(0, 74)}.`, source: 'unknown', args: {} };
}

/** What a stored code asks for; `bug` for one that is not known here. */
export function retryClassOf(code: string): RetryClass {
  const own = Object.entries(OWN_CODES).find(([name]) => name === code);
  if (own !== undefined) return own[1];
  const known = Object.entries(BY_NAME).find(([name]) => dashed(name) === code);
  return known?.[1][0] ?? WORDS.find(([, row]) => row[0] === code)?.[1][1] ?? 'bug';
}

/** A known selector with cut-off arguments is still only bytes from outside: it must not stop the caller. */
function decoded(data: string): Revert {
  try {
    return decodeRevert(data);
  } catch {
    return { source: 'unknown', name: data.slice(0, 10), args: {} };
  }
}

const dashed = (name: string): string => name.replace('ERC20', 'Erc20').replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
