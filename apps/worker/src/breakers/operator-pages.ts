import type { NoticeData } from '@ballast/notifications';
import { OPERATORS, type BreakerRule, type Notice, type Stop } from '@ballast/policy';
import { PROTOCOL_NAMES } from '@ballast/positions';
import type { ChainId } from '@ballast/units';
import type { Page } from './board.js';

/** What operators are told. `id` is of the happening: told twice, it is one. */
export const pageNotice = (chainId: ChainId, id: string, severity: Notice['severity'], data: NoticeData<'operator.page'>): Notice => ({
  id: `evt_page_${chainId}_${id}`, chainId, account: OPERATORS, positionId: null, kind: 'operator.page', severity, data,
});

const STOPPED = { all: 'everything', 'not-urgent': 'everything that is not urgent', fill: 'sales of collateral' } as const;

/** Where a stop applies, for people. */
export function placeOf({ scope }: Pick<Stop, 'scope'>, chainName: string): string {
  switch (scope.kind) {
    case 'global': return 'on every chain';
    case 'chain': return `on ${chainName}`;
    case 'protocol': return `at ${PROTOCOL_NAMES[scope.protocol]} on ${chainName}`;
    case 'asset': return `of ${scope.asset} at ${PROTOCOL_NAMES[scope.protocol]} on ${chainName}`;
    case 'owner': return `for ${scope.owner} on ${chainName}`;
  }
}

const TODO = (rule: BreakerRule): string =>
  rule.releaseAfterSeconds === null
    ? `It stays until you take it away: ballast switch release, with --breaker ${rule.name}.`
    : `It is taken away by itself once the fact has been good for ${rule.releaseAfterSeconds} seconds.`;

/** The page of a breaker that trips. */
export const pageOf = (chainId: ChainId, chainName: string): Page => (stop, rule) => (since) => {
  const place = placeOf(stop, chainName);
  return [pageNotice(chainId, `${rule.name}_${Object.values(stop.scope).join('_')}_${since.getTime()}`, stop.stops === 'fill' ? 'warning' : 'critical', {
    title: `${rule.name} stopped ${STOPPED[stop.stops]} ${place}`, reason: stop.reason, todo: TODO(rule), chainName, stops: `${STOPPED[stop.stops]} ${place}`,
  })];
};
