import type { ChangeEvent } from '../api/types.js';

/** Whether an answer of the API is no longer true after this change. */
export function concerns(change: ChangeEvent, path: string): boolean {
  if (change.type === 'chain') return path === '/v1/status';
  const account = change.account.toLowerCase();
  const ofAccount = (what: string): boolean => path.toLowerCase().startsWith(`/v1/accounts/${account}/${what}`);
  if (change.type === 'delivery') return ofAccount('deliveries') || ofAccount('subscriptions') || ofAccount('activity') || path.startsWith('/v1/demo/inbox') || path.startsWith('/v1/demo/webhooks');
  if (change.type === 'hedge') return ofAccount('derivatives') || ofAccount('hedge-decisions') || ofAccount('venue-stops') || ofAccount('activity');
  const ofPosition = path.startsWith(`/v1/positions/${encodeURIComponent(change.positionId)}`);
  switch (change.type) {
    case 'position':
      return ofAccount('positions') || (ofPosition && !path.includes('/decisions'));
    case 'decision':
    case 'intent':
      return ofAccount('positions') || ofAccount('activity') || ofPosition || path.startsWith('/v1/decisions/');
    case 'mandate':
      return ofAccount('positions') || ofAccount('mandates') || ofAccount('activity') || path.startsWith('/v1/mandates/') || (ofPosition && !path.includes('/history'));
  }
}
