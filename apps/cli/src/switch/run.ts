import { BY_OPERATOR, breakerNamed, type Stop, type StopScope } from '@ballast/policy';
import { PROTOCOL_NAMES } from '@ballast/positions';
import type { StopRecord, SwitchStore } from '@ballast/storage';
import type { SwitchCommand } from './command.js';

const WHAT = { all: 'everything', 'not-urgent': 'everything that is not urgent', fill: 'sales of collateral' } as const;

/** Carries a command out and returns what to print: what was done, and what remains in force. */
export async function runSwitch(command: SwitchCommand, switches: Pick<SwitchStore, 'inForce' | 'stop' | 'releaseForOperator'>): Promise<string> {
  const done = await carryOut(command, switches);
  return [...(done === null ? [] : [done]), ...listed(await switches.inForce())].join('\n');
}

async function carryOut(command: SwitchCommand, switches: Pick<SwitchStore, 'stop' | 'releaseForOperator'>): Promise<string | null> {
  switch (command.kind) {
    case 'list':
      return null;
    case 'stop': {
      const { scope, stops, reason } = command;
      const isNew = await switches.stop({ scope, stops, setBy: BY_OPERATOR, reason });
      return `${isNew ? 'Stopped' : 'Was stopped already; now it is'} ${inWords(command)}. From now on nothing of it is signed; what was signed before may still be mined.`;
    }
    case 'release': {
      const { scope, setBy } = command;
      const who = setBy === BY_OPERATOR ? 'an operator' : `breaker ${setBy}`;
      if (!(await switches.releaseForOperator(scope, setBy))) return `Nothing was taken away: ${who} has stopped nothing ${placeOf(scope)}.`;
      const returns = (breakerNamed(setBy)?.releaseAfterSeconds ?? null) === null ? '' : ' It trips again if its fact is still bad.';
      return `Taken away: the stop of ${who} ${placeOf(scope)}.${returns}`;
    }
  }
}

function listed(stops: readonly StopRecord[]): readonly string[] {
  if (stops.length === 0) return ['Nothing is stopped.'];
  return ['In force:', ...stops.map((stop) => `  ${inWords(stop)}, by ${stop.setBy} since ${stop.since.toISOString()}: ${stop.reason}`)];
}

const inWords = ({ scope, stops }: Pick<Stop, 'scope' | 'stops'>): string => `${WHAT[stops]} ${placeOf(scope)}`;

function placeOf(scope: StopScope): string {
  switch (scope.kind) {
    case 'global': return 'on every chain';
    case 'chain': return `on chain ${scope.chainId}`;
    case 'protocol': return `at ${PROTOCOL_NAMES[scope.protocol]} on chain ${scope.chainId}`;
    case 'asset': return `of ${scope.asset} at ${PROTOCOL_NAMES[scope.protocol]} on chain ${scope.chainId}`;
    case 'owner': return `for ${scope.owner} on chain ${scope.chainId}`;
  }
}
