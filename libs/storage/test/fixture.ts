import { hash32, rawAmount, wad, type Address, type Hash32 } from '@ballast/units';
import { positionId, type PositionId } from '@ballast/positions';
import type { Claim, Decision, DeliveryOutcome, Intent, IntentPlan, LaneWish, Notice, Outbox, Receipt } from '@ballast/policy';
import { USDC, aLendingPosition, anAddress } from '../../../test/factories/lending-position.js';
import { aMandate } from '../../../test/factories/mandate.js';
import { aRiskReport } from '../../../test/factories/risk-report.js';
import { MandateStore, PositionStore, type AssessedPosition, type Database, type PrismaActionJournal, type SignedMandate } from '../src/index.js';

export const CHAIN = aMandate().chainId;
export const GUARD = aMandate().guard;
export const LANE = anAddress(0x1a);

let accounts = 0xacc0000;
/** An account that no other test of the file uses. */
export const freshAccount = (): Address => anAddress((accounts += 1));

let hashes = 0;
export const freshHash = (): Hash32 => hash32(`0x${(hashes += 1).toString(16).padStart(64, '0')}`);

export function anAssessed(account: Address, block: { number?: bigint; timestamp?: bigint; observedAt?: number } = {}): AssessedPosition {
  const made = aLendingPosition({ account });
  const position = {
    ...made,
    provenance: {
      ...made.provenance,
      blockNumber: block.number ?? made.provenance.blockNumber,
      blockTimestamp: block.timestamp ?? made.provenance.blockTimestamp,
      observedAt: block.observedAt ?? made.provenance.observedAt,
    },
  };
  return { position, report: aRiskReport({ position }) };
}

export function aSignedMandate(account: Address, given: Partial<SignedMandate> = {}): SignedMandate {
  const { status: _, ...mandate } = aMandate({ hash: freshHash(), terms: { owner: account } });
  return { ...mandate, positionId: positionId(CHAIN, 'aave-v3', account), ...given };
}

/** A stored loan with an active mandate. */
export async function storeLoan(database: Database): Promise<{ account: Address; positionId: PositionId; mandate: SignedMandate }> {
  const account = freshAccount();
  const assessed = anAssessed(account);
  await new PositionStore(database).save([assessed], []);
  const mandate = aSignedMandate(account);
  const mandates = new MandateStore(database);
  await mandates.add(mandate);
  await mandates.activate(mandate.hash, []);
  return { account, positionId: assessed.position.id, mandate };
}

export const aPlan = (loan: { positionId: PositionId; mandate: SignedMandate }, given: Partial<IntentPlan> = {}): IntentPlan => ({
  kind: 'REPAY', chainId: CHAIN, guard: GUARD, mandateHash: loan.mandate.hash, positionId: loan.positionId, min: rawAmount(1n), max: rawAmount(5_000_000_000n), deadline: 1_800_000_600n, ...given,
});

export async function planned(journal: PrismaActionJournal, loan: { positionId: PositionId; mandate: SignedMandate }): Promise<Intent> {
  const result = await journal.plan(aPlan(loan), null, null, []);
  if (result.kind !== 'planned') throw new Error('the position has an open intent already');
  return result.intent;
}

/** A wish for one lane, which has used so many nonces for good. */
export const onLane = (lane: Address, floor = 0n, cap = 1_000): LaneWish => ({ class: 'normal', lanes: [{ lane, pays: cap, newest: floor, final: async () => floor }], cap });

const considered = (loan: { positionId: PositionId; mandate: SignedMandate }, health: bigint) => ({
  positionId: loan.positionId, mandateHash: loan.mandate.hash, healthFactor: wad(health), trigger: wad(1_190_000_000_000_000_000n), target: wad(1_300_000_000_000_000_000n), clamp: null, candidates: [],
});

export const holding = (loan: { positionId: PositionId; mandate: SignedMandate }, health: bigint): Decision => ({ ...considered(loan, health), kind: 'hold', reason: 'above-trigger' });
export const unable = (loan: { positionId: PositionId; mandate: SignedMandate }, health: bigint): Decision => ({ ...considered(loan, health), kind: 'cannot', reason: 'wallet-empty' });
export const acting = (loan: { positionId: PositionId; mandate: SignedMandate }, health: bigint): Decision => ({
  ...considered(loan, health), kind: 'act', reason: 'below-trigger', action: 'repay', asset: USDC, min: rawAmount(1n), max: rawAmount(5_000_000_000n),
});

export const atBlock = (number: bigint) => ({ blockNumber: number, blockTimestamp: 1_800_000_000n + number });

export const aNotice = (account: Address, id: string, given: Partial<Notice> = {}): Notice => ({
  id, chainId: CHAIN, account, positionId: null, kind: 'not-protected', severity: 'critical', data: { reason: 'wallet-empty' }, ...given,
});

/** Stores what came of one claim. */
export const settle = (outbox: Pick<Outbox, 'settleAll'>, { id, claimId }: Claim, outcome: DeliveryOutcome, receipt?: Receipt): Promise<void> =>
  outbox.settleAll([{ claim: { id, claimId }, outcome, ...(receipt === undefined ? {} : { receipt }) }]);
