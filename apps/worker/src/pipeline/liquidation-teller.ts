import type { BlockRef } from '@ballast/connectors';
import type { ActionJournal, Notice, Outbox } from '@ballast/policy';
import type { LiquidationSeen, VenueReader } from '@ballast/readers';
import type { AssessedPosition } from '@ballast/storage';
import type { NoticeData } from '@ballast/notifications';
import { decimalText, mulDivUp, oneToken, shareUp, usdE8, type UsdE8 } from '@ballast/units';
import { PROTOCOL_NAMES, type LendingPosition, type LendingProtocol } from '@ballast/positions';

/** More blocks than this are not searched at once: nodes limit log ranges. What lies before is told by the position itself. */
const MOST_BLOCKS = 500n;

/** Tells of liquidations of watched accounts, once each. */
export class LiquidationTeller {
  private readonly last = new Map<LendingProtocol, bigint>();

  constructor(private readonly readers: readonly VenueReader[], private readonly outbox: Outbox, private readonly journal: ActionJournal) {}

  /** Looks through the blocks since the last look that succeeded, this one included: at each protocol by itself. @throws what the first protocol that failed threw, once all were looked at */
  async tell(block: BlockRef, assessed: readonly AssessedPosition[], missed: ReadonlySet<LendingProtocol>): Promise<void> {
    const outcomes = await Promise.allSettled(this.readers.map((reader) => this.tellOf(reader, block, assessed.filter(({ position }) => position.protocol === reader.protocol), missed.has(reader.protocol))));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /** Where an account could not be read, its liquidation would be told with nothing known of the loan: the blocks are looked through again once it can. */
  private async tellOf(reader: VenueReader, block: BlockRef, assessed: readonly AssessedPosition[], isMissed: boolean): Promise<void> {
    const last = this.last.get(reader.protocol) ?? null;
    const after = last === null || last >= block.number ? block.number - 1n : last;
    const from = block.number - after > MOST_BLOCKS ? block.number - MOST_BLOCKS : after + 1n;
    const seen = assessed.length === 0 ? [] : await reader.liquidations({ from, to: block.number }, [...new Set(assessed.map(({ position }) => position.account))]);
    const lookedUntil = isMissed ? after : block.number;
    if (seen.length === 0) {
      this.last.set(reader.protocol, lookedUntil);
      return;
    }
    const open = await this.journal.openIntents(assessed[0]?.position.provenance.chainId);
    await this.outbox.tell(
      seen.flatMap((event) => {
        const position = assessed.find(({ position: one }) => one.account === event.account && one.marketId === event.marketId && (event.contract ?? one.market) === one.market)?.position;
        return position ? [notice(event, position, open.some((intent) => intent.plan.positionId === position.id))] : [];
      }),
    );
    this.last.set(reader.protocol, lookedUntil);
  }
}

function notice(event: LiquidationSeen, position: LendingPosition, actionOpen: boolean): Notice {
  const penalty = penaltyUsdE8(event, position);
  const data: NoticeData<'position.liquidated'> = {
    protocol: PROTOCOL_NAMES[event.protocol],
    pair: `${event.collateral.symbol} → ${event.debt.symbol}`,
    collateralSeized: decimalText(event.collateralSeized, event.collateral.decimals, event.collateral.decimals, 'up'),
    collateralSymbol: event.collateral.symbol,
    debtCovered: decimalText(event.debtCovered, event.debt.decimals, event.debt.decimals, 'up'),
    debtSymbol: event.debt.symbol,
    penaltyUsd: penalty === null ? null : decimalText(penalty, 8, 2, 'up'),
    why: actionOpen ? 'An action of ours was under way and came too late.' : null,
    transactionHash: event.transactionHash,
  };
  return {
    id: `evt_liquidated_${event.transactionHash.slice(2)}_${event.account.slice(2, 10)}${placeOf(event)}`,
    chainId: position.provenance.chainId,
    account: event.account,
    positionId: position.id,
    kind: 'position.liquidated',
    severity: 'critical',
    data,
  };
}

/** One transaction may liquidate an account at several places; Aave's are told by the account alone, as ever. */
const placeOf = ({ protocol, marketId, contract, collateral }: LiquidationSeen): string => (protocol === 'aave-v3' ? '' : `_${protocol}_${(marketId ?? contract ?? collateral.address).slice(2, 10)}`);

/**
 * The bonus on the debt that was covered, the protocol's part included, rounded up: what the owner lost whatever the price was in that block.
 * Null where the position no longer holds the collateral or tells no price.
 */
function penaltyUsdE8(event: LiquidationSeen, position: LendingPosition): UsdE8 | null {
  const collateral = position.collaterals.find((leg) => leg.asset.address === event.collateral.address);
  const debt = position.debts.find((leg) => leg.asset.address === event.debt.address);
  if (collateral === undefined || debt?.price.kind !== 'price') return null;
  return usdE8(shareUp(mulDivUp(event.debtCovered, debt.price.usdE8, oneToken(event.debt.decimals)), collateral.liquidationBonus));
}
