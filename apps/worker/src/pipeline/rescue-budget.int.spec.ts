import { onLane } from '../../../../libs/storage/test/fixture.js';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { decide, type DecideInput, type IntentPlan } from '@ballast/policy';
import { positionId, type LendingPosition } from '@ballast/positions';
import { Database, JournalReader, MandateStore, PositionStore, PrismaActionJournal } from '@ballast/storage';
import { hash32, rawAmount, type Address } from '@ballast/units';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { aDecideInput } from '../../../../test/factories/decide-input.js';
import { USDC, WETH, aCollateralLeg, aLendingPosition, aPrice, anAddress, walletFunds } from '../../../../test/factories/lending-position.js';
import { aMandate } from '../../../../test/factories/mandate.js';
import { aRiskReport } from '../../../../test/factories/risk-report.js';
import { RescueBudget } from './rescue-budget.js';

const UNIT = 10n ** 6n;
const CHAIN = aMandate().chainId;
const MORPHO_GUARD = anAddress(0x6b);

let made: TestDatabase;
let database: Database;
let positions: PositionStore;
let mandates: MandateStore;
let journal: PrismaActionJournal;
let budget: RescueBudget;
let accounts = 0xb0d6e7;
let hashes = 0;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  [positions, mandates, journal] = [new PositionStore(database), new MandateStore(database), new PrismaActionJournal(database)];
  budget = new RescueBudget({ positions, mandates, records: new JournalReader(database) });
});

afterAll(async () => {
  await database?.close();
  await made?.drop();
});

/** A stored loan of 20,000 USDC with a mandate in force, and 4,000 USDC in the wallet for it; on Aave or on Morpho. */
async function aLoan(account: Address, health: number, given: { readonly onMorpho?: boolean; readonly block?: bigint; readonly unsigned?: boolean } = {}): Promise<DecideInput> {
  const price = aPrice((BigInt(Math.round(health * 1e6)) * 20_000n * 10n ** 8n) / 8_300_000n + 1n);
  const marketId = hash32(`0x${'4'.repeat(64)}`);
  const read = aLendingPosition({ account, collaterals: [aCollateralLeg({ price })], wallet: [walletFunds(USDC, 4_000n * UNIT), walletFunds(WETH, 0n)] });
  const position: LendingPosition = {
    ...read, provenance: { ...read.provenance, blockNumber: given.block ?? 100n },
    ...(given.onMorpho === true ? { protocol: 'morpho-blue', id: positionId(CHAIN, 'morpho-blue', account, marketId), marketId } : {}),
  };
  const report = aRiskReport({ position });
  await positions.save([{ position, report }], []);
  const mandate = aMandate({ hash: hash32(`0x${(hashes += 1).toString(16).padStart(64, '0')}`), terms: { owner: account }, ...(given.onMorpho === true ? { guard: MORPHO_GUARD } : {}) });
  if (given.unsigned !== true) {
    const { status: _, ...signed } = mandate;
    await mandates.add({ ...signed, positionId: position.id });
    await mandates.activate(mandate.hash, []);
  }
  return { ...aDecideInput({ position }), report, mandate };
}

const planOf = ({ mandate, position }: DecideInput, kind: IntentPlan['kind'], max: bigint): IntentPlan => ({
  kind, chainId: CHAIN, guard: mandate!.guard, mandateHash: mandate!.hash, positionId: position.id, min: rawAmount(1n), max: rawAmount(max), deadline: 1_800_000_600n,
});
const anOwner = (): Address => anAddress((accounts += 1));
const answer = (input: DecideInput): string => {
  const decision = decide(input);
  return decision.kind === 'act' ? `act ${decision.action}` : `${decision.kind} ${decision.reason}`;
};

describe('what one loan finds of its owner’s wallet', () => {
  it('is all of it for the nearer loan, and what that leaves for the other, whoever is asked first', async () => {
    const owner = anOwner();
    const [far, near] = [await aLoan(owner, 1.02), await aLoan(owner, 1.005, { onMorpho: true })];
    const [ofFar, ofNear] = [await budget.of(far), await budget.of(near)];
    expect(ofNear.reserved).toEqual([]);
    // All 4,000: what is planned and the room that an aimed repayment has. The other guard's allowance is its own.
    expect(ofFar.reserved).toEqual([{ asset: USDC.address, balance: 4_000n * UNIT, allowance: 0n }]);
    expect([answer({ ...near, ...ofNear }), answer({ ...far, ...ofFar })]).toEqual(['act repay', 'cannot funds-reserved']);
    expect(ofFar.others?.map(({ id }) => id)).toEqual([near.position.id]);
  });

  it('is untouched by loans that need nothing, that nobody may act for, or that are another’s', async () => {
    const owner = anOwner();
    const loan = await aLoan(owner, 1.02);
    await aLoan(owner, 1.4, { onMorpho: true });
    await aLoan(anOwner(), 1.005);
    expect((await budget.of(loan)).reserved).toEqual([]);
    const another = anOwner();
    const alone = await aLoan(another, 1.02);
    await aLoan(another, 1.005, { onMorpho: true, unsigned: true });
    expect((await budget.of(alone)).reserved).toEqual([]);
  });

  it('is not looked at above the point of acting, and untouched where there is one loan', async () => {
    const owner = anOwner();
    const calm = await aLoan(owner, 1.04);
    await aLoan(owner, 1.005, { onMorpho: true });
    expect(await budget.of(calm)).toEqual({});
    expect(await budget.of(await aLoan(anOwner(), 1.02))).toEqual({ others: [] });
  });

  it('leaves out a loan that was read more than five blocks ago', async () => {
    for (const [behind, left] of [[5n, 4_000n * UNIT], [6n, undefined]] as const) {
      const owner = anOwner();
      await aLoan(owner, 1.005, { onMorpho: true, block: 100n - behind });
      expect((await budget.of(await aLoan(owner, 1.02))).reserved?.[0]?.balance).toBe(left);
    }
  });

  it('is less what an action under way takes, until it is in the wallet that was read', async () => {
    const owner = anOwner();
    const [asked, other] = [await aLoan(owner, 1.005), await aLoan(owner, 1.2, { onMorpho: true })];
    const planned = await journal.plan(planOf(other, 'REPAY', 1_500n * UNIT), null, null, []);
    expect((await budget.of(asked)).reserved).toEqual([{ asset: USDC.address, balance: 1_500n * UNIT, allowance: 0n }]);
    const intent = planned.kind === 'planned' ? planned.intent : null;
    const lane = anAddress(0x1a);
    const nonced = await journal.allocateNonce(intent!.id, onLane(lane));
    const hash = hash32(`0x${'7'.repeat(64)}`);
    await journal.advance(intent!.id, 'NONCED', { event: 'signed', to: 'SIGNED', transaction: { ...nonced.transactions[0]!, hash, raw: '0x00', gasLimit: 1n, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n } });
    await journal.advance(intent!.id, 'SIGNED', { event: 'broadcast-accepted', to: 'BROADCAST' });
    const receipt = (blockNumber: bigint) => ({ transactionHash: hash, blockNumber, blockHash: hash, succeeded: true, gasUsed: 1n, effectiveGasPrice: 1n, executed: null });
    await journal.advance(intent!.id, 'BROADCAST', { event: 'receipt', to: 'MINED', receipt: receipt(101n) });
    expect((await budget.of(asked)).reserved?.[0]?.balance).toBe(1_500n * UNIT);
    const later = { ...asked, position: { ...asked.position, provenance: { ...asked.position.provenance, blockNumber: 101n } } };
    expect((await budget.of(later)).reserved).toEqual([]);
  });

  it('counts an action that adds collateral against the collateral, and one that sells it against nothing', async () => {
    const owner = anOwner();
    const [asked, other] = [await aLoan(owner, 1.005), await aLoan(owner, 1.2, { onMorpho: true })];
    await journal.plan(planOf(other, 'TOP_UP', 7n), null, null, []);
    expect((await budget.of(asked)).reserved).toEqual([{ asset: WETH.address, balance: 7n, allowance: 0n }]);
    const second = anOwner();
    const [one, selling] = [await aLoan(second, 1.005), await aLoan(second, 1.2, { onMorpho: true })];
    await journal.plan({ ...planOf(selling, 'FILL', 7n), fill: { lane: 'capital', out: rawAmount(1n) } }, null, null, []);
    expect((await budget.of(one)).reserved).toEqual([]);
  });
});
