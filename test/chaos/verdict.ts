import { setTimeout as sleep } from 'node:timers/promises';
import { poolLook } from './pool-look.js';
import type { ChaosStage } from './chaos-stage.js';
import { guardAbi, type ChaosLoan } from './loans.js';

interface IntentRow {
  readonly id: string;
  readonly positionId: string;
  readonly kind: string;
  readonly state: string;
  readonly open: boolean;
  readonly receipt: { readonly transactionHash: string } | null;
}

interface EventRow {
  readonly id: string;
  readonly kind: string;
  readonly channel: string;
  readonly target: string;
  readonly status: string;
}

/** Below this health a stop of what can wait does not cover a loan. */
const URGENT_BELOW = 1_050_000_000_000_000_000n;
/** A notice is brought within this time from when it was written, be it in the last moment of a round (a stop, set or released). */
const LAST_NOTICES_MS = 20_000;
/** So long at most new notices keep a round from being judged. */
const PATIENCE_MS = 90_000;
const EXECUTED = guardAbi.getEvent('Executed')?.topicHash ?? '';

/** What keeps a round from being over; null once all is quiet and safe. */
export async function unrest(stage: ChaosStage, loans: readonly ChaosLoan[], sinceBlock: bigint): Promise<string | null> {
  const positions = loans.map((loan) => loan.positionId);
  const [open] = await stage.rows<{ state: string }>('SELECT "state" FROM "Intent" WHERE "open" AND "positionId" = ANY($1)', [positions]);
  if (open !== undefined) return `an intent is still ${open.state}`;
  for (const loan of loans) {
    const [latest] = await stage.rows<{ kind: string; reason: string; lastBlock: string; trigger: string | null }>(
      'SELECT "kind", "reason", "lastBlock", "detail"->>\'trigger\' AS "trigger" FROM "Decision" WHERE "positionId" = $1 ORDER BY "lastBlock" DESC, "createdAt" DESC LIMIT 1', [loan.positionId]);
    if (latest === undefined || BigInt(latest.lastBlock) < sinceBlock) return `nothing was decided about ${loan.owner} since all is whole again`;
    // A breaker that so many faults have tripped lets what is urgent through: whoever is safe may wait for it, and has been told.
    const stopped = latest.kind === 'cannot' && latest.reason === 'stopped-by-breaker';
    if (latest.kind !== 'hold' && !stopped) return `about ${loan.owner} it was decided: ${latest.kind}, ${latest.reason}`;
    if (latest.trigger === null && !stopped) return `about ${loan.owner} it was decided: ${latest.reason}`;
    const { health } = await poolLook(stage, loan.owner);
    const safe = stopped ? URGENT_BELOW : BigInt(latest.trigger ?? 0);
    if (health < safe && (stopped || health < loan.minHf)) return `${loan.owner} is at ${Number(health) / 1e18}, below where it is acted upon`;
  }
  const waiting = await onTheWay(stage, loans);
  return waiting === null ? null : `a notice (${waiting.kind}) is still on its way`;
}

/** The oldest notice to one of the owners that has not left yet, and for how many milliseconds it is on its way by the database's clock. */
async function onTheWay(stage: ChaosStage, loans: readonly ChaosLoan[]): Promise<{ readonly kind: string; readonly ms: number } | null> {
  const [waiting] = await stage.rows<{ kind: string; ms: number }>(
    `SELECT e."kind", extract(epoch FROM clock_timestamp() - e."createdAt")::float8 * 1000 AS "ms" FROM "Delivery" d JOIN "OutboxEvent" e ON e."id" = d."eventId"
     WHERE d."status" = 'pending' AND e."kind" NOT IN ('subscription.confirm', 'webhook.challenge') AND e."account" = ANY($1) ORDER BY e."createdAt" LIMIT 1`,
    [loans.map(({ owner }) => owner)]);
  return waiting ?? null;
}

/** What did not hold in the round, in sentences; empty where everything did. */
export async function faultsFound(stage: ChaosStage, loans: readonly ChaosLoan[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const loan of loans) found.push(...(await executions(stage, loan)), ...(await stored(stage, loan)));
  return [...found, ...(await notices(stage, loans)), ...(await nonces(stage))];
}

/** What was not told as it should be. A notice that was written while this was looked for has its own time to arrive. */
async function notices(stage: ChaosStage, loans: readonly ChaosLoan[]): Promise<readonly string[]> {
  let before: readonly string[] = [];
  for (const end = Date.now() + PATIENCE_MS; ; ) {
    const problems = (await Promise.all(loans.map((loan) => told(stage, loan)))).flat();
    const waiting = await onTheWay(stage, loans);
    // What is found twice was not on its way just then.
    const lasts = problems.length === before.length && problems.every((problem, index) => problem === before[index]);
    if (problems.length === 0 || (lasts && (waiting === null || waiting.ms > LAST_NOTICES_MS)) || Date.now() > end) return problems;
    before = problems;
    await sleep(300);
  }
}

/** Exactly one `Executed` for each action that is done, none for any other, and none that the journal does not know. */
async function executions(stage: ChaosStage, loan: ChaosLoan): Promise<string[]> {
  const intents = await stage.rows<IntentRow>('SELECT * FROM "Intent" WHERE "positionId" = $1', [loan.positionId]);
  const logs = (await stage.chain.provider.send('eth_getLogs', [{ address: stage.book.ballast.aaveGuard, topics: [EXECUTED, loan.mandateHash], fromBlock: '0x0', toBlock: 'latest' }])) as { transactionHash: string }[];
  const onChain = logs.map(({ transactionHash }) => transactionHash);
  const problems = intents.filter(({ open }) => open).map(({ id, state }) => `intent ${id} is still open in ${state}`);
  const done = intents.filter(({ state, kind }) => state === 'DONE' && ['REPAY', 'TOP_UP', 'FILL'].includes(kind));
  for (const { id, receipt } of done) {
    const times = onChain.filter((hash) => hash === receipt?.transactionHash).length;
    if (times !== 1) problems.push(`intent ${id} is DONE and its transaction has ${times} Executed`);
  }
  if (onChain.length !== done.length) problems.push(`${onChain.length} Executed on chain, ${done.length} actions done in the journal`);
  const ofOthers = await stage.rows<{ state: string }>('SELECT i."state" FROM "IntentTransaction" t JOIN "Intent" i ON i."id" = t."intentId" WHERE t."hash" = ANY($1) AND i."state" <> \'DONE\'', [onChain]);
  for (const { state } of ofOthers) problems.push(`an intent that ended ${state} has an Executed on chain`);
  if (onChain.length === 0) problems.push(`${loan.owner} was in danger and nothing was executed`);
  return problems;
}

/** What is stored of the loan is what the protocol says of it at that block, and that block is part of the chain. */
async function stored(stage: ChaosStage, loan: ChaosLoan): Promise<string[]> {
  const [row] = await stage.rows<{ snapshot: { provenance: { blockHash: string; blockNumber: string }; reported: { health: { wad?: string }; debtUsdE8: string } } }>('SELECT "snapshot" FROM "Position" WHERE "id" = $1', [loan.positionId]);
  if (row === undefined) return [`${loan.owner} is not stored`];
  const { blockHash, blockNumber } = row.snapshot.provenance;
  const block = (await stage.chain.provider.send('eth_getBlockByNumber', [`0x${BigInt(blockNumber).toString(16)}`, false])) as { hash: string } | null;
  if (block?.hash !== blockHash) return [`${loan.owner} is stored at block ${blockNumber}, which is no longer part of the chain`];
  const look = await poolLook(stage, loan.owner, blockHash);
  return String(look.health) === row.snapshot.reported.health.wad ? [] : [`${loan.owner} is stored with health ${row.snapshot.reported.health.wad}, the protocol says ${look.health}`];
}

/** Each notice reached the owner by both ways, and each end of an action has one. */
async function told(stage: ChaosStage, loan: ChaosLoan): Promise<string[]> {
  const problems: string[] = [];
  const rows = await stage.rows<EventRow>(
    'SELECT e."id", e."kind", s."channel", s."target", d."status" FROM "OutboxEvent" e JOIN "Delivery" d ON d."eventId" = e."id" JOIN "Subscription" s ON s."id" = d."subscriptionId" WHERE e."account" = $1 AND e."kind" NOT IN (\'subscription.confirm\', \'webhook.challenge\')', [loan.owner]);
  const [mails, hooks] = [stage.inbox.messages(), stage.sink.received()];
  for (const { id, kind, channel, target, status } of rows) {
    if (status !== 'delivered') problems.push(`${kind} by ${channel} is ${status}`);
    const arrived = channel === 'email' ? mails.some((mail) => mail.headers['x-ballast-event'] === id && mail.to.includes(target)) : hooks.some((hook) => hook.id === id && hook.verified);
    if (!arrived) problems.push(`${kind} (${id}) never arrived by ${channel}`);
  }
  const intents = await stage.rows<IntentRow>('SELECT * FROM "Intent" WHERE "positionId" = $1 AND "kind" = ANY($2)', [loan.positionId, ['REPAY', 'TOP_UP', 'FILL']]);
  for (const { id, state } of intents) {
    const ways = rows.filter((row) => row.id === `evt_${id}_${state === 'DONE' ? 'done' : 'failed'}`).length;
    if (['DONE', 'REVERTED', 'EXPIRED', 'REPLACED'].includes(state) && ways !== 2) problems.push(`intent ${id} ended ${state} and was told by ${ways} of 2 ways`);
  }
  return problems;
}

/** Of each lane every nonce that was given out is used on chain: none is lost, none left open. */
async function nonces(stage: ChaosStage): Promise<string[]> {
  const lanes = await stage.rows<{ address: string; nextNonce: string }>('SELECT "address", "nextNonce" FROM "Lane"');
  const problems: string[] = [];
  for (const { address, nextNonce } of lanes) {
    const used = Number(await stage.chain.provider.send('eth_getTransactionCount', [address, 'latest']));
    if (used !== Number(nextNonce)) problems.push(`lane ${address}: the journal gave out nonces below ${nextNonce}, the chain has seen ${used}`);
  }
  return problems;
}
