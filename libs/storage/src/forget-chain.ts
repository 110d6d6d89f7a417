import { BY_OPERATOR, BY_OWNER, BY_SHADOW } from '@ballast/policy';
import type { ChainId } from '@ballast/units';
import { announce } from './changes.js';
import { inTransaction, type Database, type Transaction } from './database.js';

/**
 * Deletes everything known of a chain: for a local chain that begins anew under the same id, whose blocks, nonces and
 * mandates are not those of the one before; its accounts are others' too, and so are the subscriptions to them.
 * Never for a live chain: the journal is what keeps an action from being done twice.
 */
export async function forgetChain(database: Database, chain: ChainId): Promise<void> {
  const ofChain = { where: { chainId: chain } };
  const throughIntent = { where: { intent: { chainId: chain } } };
  await inTransaction(database, async (tx) => {
    await forgetPaper(tx, chain);
    await tx.intentStep.deleteMany(throughIntent);
    await tx.intentTransaction.deleteMany(throughIntent);
    await tx.intent.deleteMany(ofChain);
    await tx.permit.deleteMany(ofChain);
    await tx.wouldHave.deleteMany(ofChain);
    await tx.decision.deleteMany({ where: { position: { chainId: chain } } });
    await tx.mandate.deleteMany(ofChain);
    await tx.position.deleteMany(ofChain);
    await tx.priceTick.deleteMany(ofChain);
    await tx.lane.deleteMany(ofChain);
    await tx.alarm.deleteMany(ofChain);
    await tx.outboxEvent.deleteMany(ofChain);
    await tx.subscription.deleteMany(ofChain);
    await tx.watchedAccount.deleteMany(ofChain);
    await tx.discoveredPlace.deleteMany(ofChain);
    await tx.discoveredMarket.deleteMany(ofChain);
    await tx.discoveryCursor.deleteMany(ofChain);
    await tx.laneRemoval.deleteMany(ofChain);
    await tx.acceptedCode.deleteMany(ofChain);
    await tx.executionWatch.deleteMany(ofChain);
    // Not what people set for good reasons of their own: only what breakers found on a chain that is gone.
    await tx.switch.deleteMany({ where: { OR: [{ subject: String(chain) }, { subject: { startsWith: `${chain}-` } }], setBy: { notIn: [BY_OPERATOR, BY_OWNER, BY_SHADOW] } } });
    await tx.blindSpell.deleteMany(ofChain);
    await tx.liveness.deleteMany(ofChain);
    await tx.hedgingRound.deleteMany(ofChain);
    // The heartbeat's row stays: its sequence must not go back.
    await tx.chain.deleteMany({ where: { id: chain } });
    await announce(tx, [{ type: 'chain', chainId: chain }]);
  });
}

/** Play money of the chain's owners at paper venues. What is live is theirs whatever becomes of a local chain. */
async function forgetPaper(tx: Transaction, chain: ChainId): Promise<void> {
  const paper = { environment: 'paper', chainId: chain };
  const ofOwners = { where: paper };
  const inAccounts = { where: { holder: paper } };
  // Steps go with their orders, legs with their plans, holdings and leverages with their accounts.
  await tx.venueFill.deleteMany(inAccounts);
  await tx.venueFundingPayment.deleteMany(inAccounts);
  await tx.venueOrder.deleteMany(ofOwners);
  await tx.venueMarginMove.deleteMany(ofOwners);
  await tx.venueDecision.deleteMany(ofOwners);
  await tx.hedgePlanVersion.deleteMany({ where: { plan: paper } });
  await tx.hedgePlan.deleteMany(ofOwners);
  await tx.venueAccount.deleteMany(ofOwners);
  await tx.venueKey.deleteMany(ofOwners);
  await tx.venueStop.deleteMany({ where: { environment: 'paper', scope: 'owner', subject: { startsWith: `${chain}-` }, setBy: { notIn: [BY_OPERATOR, BY_OWNER, BY_SHADOW] } } });
}
