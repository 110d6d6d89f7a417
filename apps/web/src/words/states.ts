import type { Decision, Position, Protection } from '../api/types.js';

/** State is never a hue alone: a shape and a word go with every tone. */
export type Tone = 'safe' | 'watch' | 'danger' | 'act' | 'blind' | 'plain';
export type Shape = 'circle' | 'diamond' | 'triangle' | 'octagon' | 'arc' | 'shield' | 'dashed' | 'info' | 'hold' | 'paper';
export interface Mark {
  readonly tone: Tone;
  readonly shape: Shape;
  readonly word: string;
}

export const BLIND: Mark = { tone: 'blind', shape: 'dashed', word: 'Blind' };

/** What the risk report says of a loan. */
export function riskMark(state: Position['state']): Mark {
  switch (state) {
    case 'safe':
      return { tone: 'safe', shape: 'circle', word: 'Safe' };
    case 'no-debt':
      return { tone: 'safe', shape: 'circle', word: 'No debt' };
    case 'watch':
      return { tone: 'watch', shape: 'diamond', word: 'Watch' };
    case 'danger':
      return { tone: 'danger', shape: 'triangle', word: 'Danger' };
    case 'liquidatable':
      return { tone: 'danger', shape: 'triangle', word: 'Can be liquidated' };
    case 'unknown':
      return { tone: 'blind', shape: 'dashed', word: 'Unknown' };
  }
}

/** Whether something would act on it now. */
export function protectionMark(state: Protection['state']): Mark {
  switch (state) {
    case 'armed':
      return { tone: 'safe', shape: 'shield', word: 'Armed' };
    case 'acting':
      return { tone: 'act', shape: 'arc', word: 'Acting' };
    case 'not-protected':
      return { tone: 'danger', shape: 'octagon', word: 'Not protected' };
    case 'pending':
      return { tone: 'plain', shape: 'arc', word: 'Being set up' };
    case 'none':
      return { tone: 'plain', shape: 'info', word: 'No rule' };
  }
}

/** What came of a decision. An action is "Saved" only once it is confirmed. */
export function decisionMark(decision: Pick<Decision, 'kind' | 'intent'>): Mark {
  if (decision.kind === 'hold') return { tone: 'plain', shape: 'hold', word: 'Held' };
  if (decision.kind === 'cannot') return { tone: 'danger', shape: 'octagon', word: 'Could not' };
  if (decision.intent?.failure) return { tone: 'danger', shape: 'octagon', word: 'Failed' };
  if (decision.intent?.receipt && decision.intent.closedAt !== null) return { tone: 'act', shape: 'shield', word: 'Saved' };
  return { tone: 'act', shape: 'arc', word: 'Acting' };
}

/** The mark of one line of the activity list: by its kind where known, else by how grave it is. */
export function activityMark(item: { kind: string; severity: 'info' | 'warning' | 'critical' }): Mark {
  const kind = item.kind.toLowerCase();
  if (kind === 'hedge.traded' || kind === 'hedge.unwound' || kind === 'account.protected') return { tone: 'act', shape: 'shield', word: 'Acted' };
  if (kind === 'hedge.can-again') return { tone: 'safe', shape: 'circle', word: 'Hedged again' };
  if (kind === 'venue.unreachable') return BLIND;
  if (kind === 'venue.back') return { tone: 'safe', shape: 'circle', word: 'Seen again' };
  if (/liquidat/.test(kind)) return { tone: 'danger', shape: 'triangle', word: 'Liquidated' };
  if (/fail/.test(kind)) return { tone: 'danger', shape: 'octagon', word: 'Failed' };
  if (/cannot|not-protected|not_protected|unprotected/.test(kind)) return { tone: 'danger', shape: 'octagon', word: 'Could not' };
  if (/blind/.test(kind)) return BLIND;
  if (/sighted/.test(kind)) return { tone: 'safe', shape: 'circle', word: 'Seen again' };
  if (/hold|held/.test(kind)) return { tone: 'plain', shape: 'hold', word: 'Held' };
  if (kind === 'acting') return { tone: 'act', shape: 'arc', word: 'Acting' };
  if (kind === 'activating') return { tone: 'plain', shape: 'arc', word: 'Being set up' };
  if (/activat|mandate|protected|armed/.test(kind)) return { tone: 'safe', shape: 'shield', word: 'Armed' };
  if (/act|repa|top|saved|execut|confirmed/.test(kind)) return { tone: 'act', shape: 'shield', word: 'Acted' };
  if (item.severity === 'critical') return { tone: 'danger', shape: 'triangle', word: 'Danger' };
  if (item.severity === 'warning') return { tone: 'watch', shape: 'diamond', word: 'Watch' };
  return { tone: 'plain', shape: 'info', word: 'Note' };
}

/** The three piles of the activity page. */
export function activityPile(item: { kind: string; severity: 'info' | 'warning' | 'critical' }): 'acted' | 'held' | 'could-not' | 'other' {
  const word = activityMark(item).word;
  if (word === 'Acted' || word === 'Acting' || word === 'Armed' || word === 'Being set up') return 'acted';
  if (word === 'Held') return 'held';
  return word === 'Could not' || word === 'Failed' || word === 'Liquidated' || word === 'Blind' ? 'could-not' : 'other';
}
