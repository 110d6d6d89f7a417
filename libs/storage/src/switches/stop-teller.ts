import { MANDATE_ACTIONS, BY_OPERATOR, BY_OWNER, BY_SHADOW, reaches, type Notice, type Stop } from '@ballast/policy';
import { PROTOCOL_NAMES, type PositionId } from '@ballast/positions';
import type { Address, ChainId } from '@ballast/units';
import { clientOf, inTransaction, type Database } from '../database.js';
import { writeNotices } from '../notices.js';
import { subjectOf } from './signing-gate.js';
import { SwitchStore, type StopRecord } from './switch-store.js';

interface Covered {
  readonly owner: Address;
  readonly positionId: PositionId;
  readonly tokens: readonly Address[];
  readonly sells: boolean;
}

/**
 * Tells owners of stops that cover their loans, and of their end: once for each spell and owner, whoever set the stop and by whatever means. What was told is read
 * from the outbox, so that nothing is told twice or lost when a process ends in between.
 */
export class StopTeller {
  constructor(private readonly database: Database) {}

  /**
   * `patienceSeconds`: a stop of sales is told once it has lasted so long; whom a sale alone could save is told at once, by the decision about the loan.
   * @returns how many notices are new
   */
  async tell(chain: ChainId, now: Date, patienceSeconds: number): Promise<number> {
    const stops = (await new SwitchStore(this.database).inForce()).filter(({ scope }) => scope.kind === 'global' || Number(scope.chainId) === chain);
    const ripe = stops.filter((stop) => stop.stops !== 'fill' || now.getTime() - stop.since.getTime() >= patienceSeconds * 1000);
    const loans = ripe.length === 0 ? [] : await this.guarded(chain);
    const begun = ripe.flatMap((stop) => ownersUnder(stop, loans).map((owner) => setNotice(chain, stop, owner)));
    const ended = await this.ended(chain, new Set(stops.map(spellOf)), now);
    const notices = [...begun, ...ended];
    return notices.length === 0 ? 0 : inTransaction(this.database, async (tx) => (await writeNotices(tx, notices)).length);
  }

  private async guarded(chain: ChainId): Promise<readonly Covered[]> {
    const rows = await clientOf(this.database).mandate.findMany({ where: { chainId: chain, status: 'active' }, select: { owner: true, positionId: true, collateral: true, debt: true, actions: true } });
    return rows.map((row) => ({ owner: row.owner as Address, positionId: row.positionId as PositionId, tokens: [row.collateral, row.debt] as Address[], sells: (row.actions & MANDATE_ACTIONS.FILL) !== 0 }));
  }

  /** Spells that were told of and are over. */
  private async ended(chain: ChainId, inForce: ReadonlySet<string>, now: Date): Promise<readonly Notice[]> {
    const told = await clientOf(this.database).$queryRaw<{ id: string; account: string; data: Record<string, unknown> }[]>`
      SELECT e."id", e."account", e."data" FROM "OutboxEvent" e
      WHERE e."kind" = 'stop.set' AND e."chainId" = ${chain}
        AND NOT EXISTS (SELECT 1 FROM "OutboxEvent" o WHERE o."id" = replace(e."id", 'evt_stop_', 'evt_stopover_'))`;
    return told.filter(({ data }) => !inForce.has(String(data['spell']))).map(({ id, account, data }) => ({
      id: id.replace('evt_stop_', 'evt_stopover_'), chainId: chain, account: account as Address, positionId: null, kind: 'stop.released', severity: 'info', data: { ...data, until: now.toISOString() },
    }));
  }
}

function ownersUnder(stop: Stop, loans: readonly Covered[]): readonly Address[] {
  return [...new Set(loans.filter((loan) => (stop.stops !== 'fill' || loan.sells) && reaches(stop.scope, loan)).map(({ owner }) => owner))];
}

/** A stop from its beginning to its end: set again, it is another. */
const spellOf = ({ scope, setBy, since }: StopRecord): string => `${scope.kind}_${subjectOf(scope)}_${setBy}_${since.getTime()}`;

function setNotice(chain: ChainId, stop: StopRecord, owner: Address): Notice {
  const spell = spellOf(stop);
  const by = { [BY_OPERATOR]: 'operator', [BY_OWNER]: 'owner', [BY_SHADOW]: 'shadow' }[stop.setBy] ?? 'breaker';
  return {
    id: `evt_stop_${chain}_${spell}_${owner}`, chainId: chain, account: owner, positionId: null, kind: 'stop.set', severity: stop.stops === 'fill' ? 'warning' : 'critical',
    data: { stops: stop.stops, by, what: whatIn(stop), reason: stop.reason, since: stop.since.toISOString(), spell },
  };
}

function whatIn({ scope }: Stop): string {
  return scope.kind === 'protocol' || scope.kind === 'asset' ? `your loans on ${PROTOCOL_NAMES[scope.protocol]}` : 'your loans';
}
