// One turn of hedging as a process of its own, which kills itself (-9) at a given point; or is killed from outside while it waits for the venue.
import type { VenueJournal } from '@ballast/policy';
import { withMethods } from './broken-parts.js';
import { HedgeStage } from './hedge-stage.js';
import type { StagePlace } from './stage-options.js';

const stage = await HedgeStage.join(JSON.parse(process.env['STAGE'] ?? '') as StagePlace);

function reached(point: string): void {
  if (process.env['DIE'] === point) process.kill(process.pid, 'SIGKILL');
}

type Written = 'plan' | 'sending';
/** Dies before or after the method writes. */
const around = <Name extends Written>(journal: VenueJournal, name: Name, what: string) =>
  (async (...given: Parameters<VenueJournal[Name]>) => {
    reached(`before ${what} is written`);
    const answer = await (journal[name] as (...given: unknown[]) => Promise<unknown>)(...given);
    reached(`after ${what} is written`);
    return answer;
  }) as unknown as VenueJournal[Name];

stage.restart(stage.process({
  holder: 'child',
  broken: ({ journal, line }) => ({
    line,
    journal: withMethods(journal, {
      plan: around(journal, 'plan', 'PLANNED'), sending: around(journal, 'sending', 'SENT'),
      advance: async (from, next, event, notices) => {
        if (event === 'answered') reached('before the answer is written');
        const isWritten = await journal.advance(from, next, event, notices);
        if (event === 'answered') reached('after the answer is written');
        return isWritten;
      },
    }),
  }),
}));
await stage.turn();
console.log('lived');
