// One keeper process for the chaos test: carries out an intent, and kills itself (-9) right after a given write or effect.
import { Executor, type ExecutorParts } from '@ballast/execution';
import type { IntentChange, IntentState, Signing } from '@ballast/policy';
import { carryOut, openStage, type StageAddress } from './executor-stage.js';

const [intentId = '', dieAfter = 'never'] = process.argv.slice(2);
const at = JSON.parse(process.env['STAGE'] ?? '{}') as StageAddress;

function happened(what: string): void {
  if (what === dieAfter) process.kill(process.pid, 'SIGKILL');
}

const stage = await openStage(at);
const journal = Object.assign(Object.create(stage.journal) as ExecutorParts['journal'], {
  allocateNonce: async (...args: Parameters<ExecutorParts['journal']['allocateNonce']>) => {
    const intent = await stage.journal.allocateNonce(...args);
    happened('NONCED');
    return intent;
  },
  advance: async (id: string, from: IntentState, change: IntentChange) => {
    const intent = await stage.journal.advance(id, from, change);
    happened(change.event === 'refused' ? 'refused' : change.to);
    return intent;
  },
  sign: async (id: string, from: IntentState, ...rest: [Signing, () => Promise<IntentChange>]) => {
    const intent = await stage.journal.sign(id, from, ...rest);
    happened(intent.state === from ? 'cancel-signed' : intent.state);
    return intent;
  },
});
const sends = Object.assign(Object.create(stage.sends) as ExecutorParts['sends'], {
  broadcast: async (raw: `0x${string}`) => {
    const answer = await stage.sends.broadcast(raw);
    happened('sent');
    return answer;
  },
});

await carryOut(new Executor({ ...stage.parts, journal, sends }, stage.settings), intentId);
await stage.database.close();
