import { stopFor, type IntentKind, type Stop, type StopDegree, type StopScope } from '@ballast/policy';
import { partsOf, type LendingProtocol, type PositionId } from '@ballast/positions';
import { address, type Address, type Wad } from '@ballast/units';
import { z } from 'zod';
import type { Transaction } from '../database.js';
import { LeaseLost, NotStored, Stopped } from '../errors.js';
import { Prisma } from '../generated/prisma/client.js';

/** Any number that nothing else in this database locks by. */
const SIGNING_GATE = 7_236_101;

/** Signatures share the gate. Held to the end of the transaction: who closes it waits for those that are under way, and none begins meanwhile. */
export const enterGate = (tx: Transaction): Promise<unknown> => tx.$queryRaw`SELECT pg_advisory_xact_lock_shared(${SIGNING_GATE}) IS NULL AS entered`;
/** The same, and then the lock of the position's row, in one statement; returns the position's account. The weaker lock, that foreign keys to the row may still pass. @throws NotStored */
export async function enterGateAt(tx: Transaction, positionId: PositionId): Promise<string> {
  const [row] = await tx.$queryRaw<{ account: string }[]>`
    WITH gate AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(${SIGNING_GATE}) IS NULL AS entered)
    SELECT p."account", gate.entered FROM gate CROSS JOIN "Position" p WHERE p."id" = ${positionId} FOR NO KEY UPDATE OF p`;
  if (row === undefined) throw new NotStored('position', positionId);
  return row.account;
}
/** Once a transaction that closed the gate has ended, every later signature has read what it wrote. */
export const closeGate = (tx: Transaction): Promise<unknown> => tx.$queryRaw`SELECT pg_advisory_xact_lock(${SIGNING_GATE}) IS NULL AS closed`;

const switchRow = z.object({ scope: z.string(), subject: z.string(), stops: z.string(), setBy: z.string(), reason: z.string() });
type SwitchRow = z.infer<typeof switchRow>;

/** What a call is for, as far as stops tell calls apart. */
export interface StopSubject {
  readonly kind: IntentKind;
  readonly positionId: PositionId;
}

/** The key of a scope in its table. */
export function subjectOf(scope: StopScope): string {
  switch (scope.kind) {
    case 'global': return '';
    case 'chain': return String(scope.chainId);
    case 'protocol': return `${scope.chainId}-${scope.protocol}`;
    case 'asset': return `${scope.chainId}-${scope.protocol}-${scope.asset}`;
    case 'owner': return `${scope.chainId}-${scope.owner}`;
  }
}

/** The scopes that every call for a position lies in. */
export function scopesOf(positionId: PositionId): readonly StopScope[] {
  const { chainId, protocol, account } = partsOf(positionId);
  return [{ kind: 'global' }, { kind: 'chain', chainId }, { kind: 'protocol', chainId, protocol }, { kind: 'owner', chainId, owner: account }];
}

/** The widest stop in force for the call; null where it may go ahead. */
export async function stopInForce(tx: Transaction, subject: StopSubject): Promise<Stop | null> {
  const tokens = await tokensOf(tx, subject);
  const rows = await tx.switch.findMany({ where: { OR: scopesWith(subject, tokens).map((scope) => ({ scope: scope.kind, subject: subjectOf(scope) })) } });
  return stopOf(tx, subject, tokens, rows);
}

const scopesWith = ({ positionId }: StopSubject, tokens: readonly Address[]): readonly StopScope[] => {
  const { chainId, protocol } = partsOf(positionId);
  return [...scopesOf(positionId), ...tokens.map((asset): StopScope => ({ kind: 'asset', chainId, protocol, asset }))];
};

async function stopOf(tx: Transaction, { kind, positionId }: StopSubject, tokens: readonly Address[], rows: readonly SwitchRow[]): Promise<Stop | null> {
  const stops = rows.map(stopFromRow);
  // Only here does it matter how the loan is.
  const health = stops.some((stop) => stop.stops === 'not-urgent') ? await healthOf(tx, positionId) : null;
  return stopFor(stops, { positionId, tokens, health }, kind);
}

/** The tokens whose stops hold up the call. */
const tokensOf = async (tx: Transaction, { kind, positionId }: StopSubject): Promise<readonly Address[]> => (kind === 'FILL' ? soldAndRepaid(tx, positionId) : []);

async function soldAndRepaid(tx: Transaction, positionId: PositionId): Promise<readonly Address[]> {
  const rows = await tx.mandate.findMany({ where: { positionId, status: 'active' }, select: { collateral: true, debt: true } });
  return [...new Set(rows.flatMap(({ collateral, debt }) => [collateral, debt]))] as Address[];
}

/** As it was last read; null where nothing is owed or nothing was read. */
async function healthOf(tx: Transaction, positionId: PositionId): Promise<Wad | null> {
  const [row] = await tx.$queryRaw<{ wad: string | null }[]>`SELECT "snapshot" #>> '{reported,health,wad}' AS wad FROM "Position" WHERE "id" = ${positionId}`;
  return row?.wad == null ? null : (BigInt(row.wad) as Wad);
}

/** The stop that a stored row says. */
export const stopFromRow = (row: SwitchRow): Stop => ({
  scope: scopeFromRow(row.scope, row.subject), stops: row.stops as StopDegree, setBy: row.setBy, reason: row.reason,
});

/** @throws Stopped */
export async function requireNoStop(tx: Transaction, subject: StopSubject): Promise<void> {
  const stop = await stopInForce(tx, subject);
  if (stop !== null) throw new Stopped(stop);
}

/** The lease that lets a process act on a chain. */
export const keeperLease = (chainId: number): string => `keeper-${chainId}`;

/** Inside the gate, which a new holder closes before it takes the lease: what is read here stays so until the transaction ends. @throws LeaseLost unless this fence is the one in force */
export async function requireLease(tx: Transaction, name: string, fence: bigint): Promise<void> {
  const [row] = await tx.$queryRaw<{ fence: bigint; live: boolean }[]>`SELECT "fence", "expiresAt" > clock_timestamp() AS live FROM "Lease" WHERE "name" = ${name}`;
  requireFence(name, fence, row ?? null);
}

function requireFence(name: string, fence: bigint, row: { readonly fence: bigint; readonly live: boolean } | null): void {
  if (row === null || row.fence !== fence || !row.live) throw new LeaseLost(name, fence, row === null ? 'nobody' : row.live ? String(row.fence) : `${row.fence}, which has run out`);
}

const leaveRow = z.object({ lease: z.object({ fence: z.coerce.bigint(), live: z.boolean() }).nullable(), switches: z.array(switchRow) });

/** Whether a call may be signed, as it was read inside the gate. */
export interface Leave<Further> {
  readonly further: Further;
  /** @throws LeaseLost unless the fence, where one is given, is in force @throws Stopped where a stop is in force for the call */
  require(fence: bigint | null): Promise<void>;
}

/** Inside the gate: reads lease and stops as `requireLease` and `requireNoStop` do, and what else is asked for as columns of the same row, in one statement. */
export async function readLeave<Shape extends z.ZodRawShape>(tx: Transaction, subject: StopSubject, columns: Prisma.Sql, shape: z.ZodObject<Shape>): Promise<Leave<z.infer<z.ZodObject<Shape>>>> {
  const name = keeperLease(partsOf(subject.positionId).chainId);
  const tokens = await tokensOf(tx, subject);
  const scopes = scopesWith(subject, tokens);
  const [row] = await tx.$queryRaw<unknown[]>`
    SELECT ${columns},
      (SELECT jsonb_build_object('fence', "fence"::text, 'live', "expiresAt" > clock_timestamp()) FROM "Lease" WHERE "name" = ${name}) AS "lease",
      (SELECT coalesce(jsonb_agg(s), '[]') FROM "Switch" s WHERE (s."scope", s."subject") IN (SELECT * FROM unnest(${scopes.map(({ kind }) => kind)}::text[], ${scopes.map(subjectOf)}::text[]))) AS "switches"`;
  const { lease, switches } = leaveRow.parse(row);
  return {
    further: shape.parse(row),
    require: async (fence) => {
      if (fence !== null) requireFence(name, fence, lease);
      const stop = await stopOf(tx, subject, tokens, switches);
      if (stop !== null) throw new Stopped(stop);
    },
  };
}

/** The scope that a stored row stands for. */
export function scopeFromRow(kind: string, subject: string): StopScope {
  const [chain = '0', ...rest] = subject.split('-');
  switch (kind) {
    case 'chain': return { kind, chainId: Number(chain) };
    case 'protocol': return { kind, chainId: Number(chain), protocol: rest.join('-') as LendingProtocol };
    case 'asset': return { kind, chainId: Number(chain), protocol: rest.slice(0, -1).join('-') as LendingProtocol, asset: address(rest.at(-1) ?? '') };
    case 'owner': return { kind, chainId: Number(chain), owner: address(rest.join('-')) };
    default: return { kind: 'global' };
  }
}
