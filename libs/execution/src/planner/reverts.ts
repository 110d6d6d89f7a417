import { decodeRevert, type Revert } from '@ballast/contracts';

/**
 * What a revert asks for (docs: retry classes).
 * `resolved`: nothing needs doing any more. `wait`: the same may work later. `larger-step`, `other-action`: another amount or
 * action may work now. `needs-user`: only the owner can help. `bug`: our own mistake or an attack: stop and look.
 */
export type RetryClass = 'resolved' | 'wait' | 'larger-step' | 'other-action' | 'needs-user' | 'bug';

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
  // Tokens
  ERC20InsufficientBalance: ['needs-user', 'The wallet holds less than was to be moved.'],
  ERC20InsufficientAllowance: ['needs-user', 'The wallet allows less than was to be moved.'],
  SafeERC20FailedOperation: ['needs-user', 'The token refused the transfer.'],
};

/** Codes of the executor's own that mean that the work is done already. */
const DONE_ALREADY: readonly string[] = ['already-active', 'already-allowed', 'no-longer-wanted'];

/** Says what a call's revert data means and what to do about it. Data that nobody knows is `unknown-revert`, class `bug`. */
export function classifyRevert(data: string): RevertClass {
  const revert = decoded(data);
  const row = BY_NAME[revert.name];
  if ((revert.source === 'guard' || revert.source === 'venue' || revert.source === 'token') && row !== undefined) {
    return { code: dashed(revert.name), class: row[0], message: row[1], source: revert.source, args: revert.args };
  }
  if (revert.source === 'message') {
    const text = Object.values(revert.args)[0] ?? '';
    const words = /allowance|balance/i.test(text);
    return { code: words ? 'token-refused' : 'reverted-with-message', class: words ? 'needs-user' : 'bug', message: `The call reverted: ${text.slice(0, 200)}`, source: revert.source, args: revert.args };
  }
  if (revert.source === 'panic') return { code: 'panic', class: 'bug', message: 'A contract met a panic (overflow, or a missing element).', source: revert.source, args: revert.args };
  return { code: 'unknown-revert', class: 'bug', message: `The call reverted with ${data === '0x' ? 'no reason' : data.slice(0, 74)}.`, source: 'unknown', args: {} };
}

/** What a stored code asks for; `bug` for one that is not known here. */
export function retryClassOf(code: string): RetryClass {
  if (DONE_ALREADY.includes(code)) return 'resolved';
  const known = Object.entries(BY_NAME).find(([name]) => dashed(name) === code);
  return known?.[1][0] ?? (code === 'token-refused' ? 'needs-user' : 'bug');
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
