import type { Notice, NoticeKind } from '../ports.js';

/**
 * What a notice is to alarms. An alarm is a trouble that lasts and that its owner can end or must know of: it is told again until he has seen it, or it is over.
 * `cause`: why; where it becomes another, what its owner has seen is not what is told now.
 */
export type AlarmRole =
  | { readonly kind: 'opens'; readonly subject: string; readonly cause: string }
  /** All of them, as far as they are open. */
  | { readonly kind: 'ends'; readonly subjects: readonly string[] }
  | { readonly kind: 'passes' };

type Judged = Pick<Notice, 'positionId' | 'severity' | 'data'>;

/** What alarms are about, unique among those of an account that are open. */
export const alarmSubjects = {
  /** A rule that cannot run. */
  loan: (positionId: string): string => `loan:${positionId}`,
  /** A loan that cannot be read: it ends by itself, whether its rule can run or not. */
  unread: (positionId: string): string => `unread:${positionId}`,
  blind: (): string => 'blind',
  /** A spell of a stop, as its notices name it. */
  stop: (spell: string): string => `stop:${spell}`,
  /** Of one underlying; with none, all that an owner has at venues. */
  hedge: (environment: string, underlying: string): string => `hedge:${environment}:${underlying}`,
  guarded: (account: string): string => `guarded:${account}`,
  venue: (account: string): string => `venue:${account}`,
  orders: (account: string, instrument: string): string => `orders:${account}:${instrument}`,
} as const;

const PASSES: AlarmRole = { kind: 'passes' };
const passes = (): AlarmRole => PASSES;
const text = (data: Judged['data'], field: string): string => (typeof data[field] === 'string' ? data[field] : '');
const opens = (subject: string, cause: string): AlarmRole => ({ kind: 'opens', subject, cause });
const ends = (...subjects: readonly string[]): AlarmRole => ({ kind: 'ends', subjects });

const isUnread = ({ data }: Judged): boolean => text(data, 'reason') === 'not-seen';

/** A rule that its owner took away himself is no alarm, and ends those that it had. */
function notProtected(notice: Judged): AlarmRole {
  const { positionId, severity, data } = notice;
  if (positionId === null) return PASSES;
  const { loan, unread } = alarmSubjects;
  if (severity !== 'critical') return ends(loan(positionId), unread(positionId));
  return opens(isUnread(notice) ? unread(positionId) : loan(positionId), text(data, 'reason'));
}

function protectedAgain(notice: Judged): AlarmRole {
  const { positionId } = notice;
  if (positionId === null) return PASSES;
  return ends(isUnread(notice) ? alarmSubjects.unread(positionId) : alarmSubjects.loan(positionId));
}

/** Who stopped it himself, or looks on in shadow mode, knows; and a stop of sales alone is a warning. */
const stopSet = ({ severity, data }: Judged): AlarmRole =>
  severity === 'critical' && ['operator', 'breaker'].includes(text(data, 'by')) ? opens(alarmSubjects.stop(text(data, 'spell')), text(data, 'by')) : PASSES;

const hedgeOf = ({ data }: Judged): string => alarmSubjects.hedge(text(data, 'environment'), text(data, 'underlying'));
const ordersOf = ({ data }: Judged): string => alarmSubjects.orders(text(data, 'account'), text(data, 'instrument'));
/** A move of margin that was refused is told as a warning, while something else is tried. */
const accountCannot = ({ severity, data }: Judged): AlarmRole => (severity === 'critical' ? opens(alarmSubjects.guarded(text(data, 'account')), text(data, 'reason')) : PASSES);

/**
 * What each kind does. Those that pass tell of a moment (an action that ended, a liquidation), repeat themselves while they last (a key that is refused, a mandate that ends soon), or are over in minutes with
 * an end that is told (an action that is stuck). `alarm.over` is written only where it ends something; `alarm.still` is made of an alarm and changes none.
 */
const ROLES: Readonly<Record<NoticeKind, (notice: Judged) => AlarmRole>> = {
  'not-protected': notProtected, 'protected-again': protectedAgain,
  blind: () => opens(alarmSubjects.blind(), ''), sighted: () => ends(alarmSubjects.blind()),
  'stop.set': stopSet, 'stop.released': ({ data }) => ends(alarmSubjects.stop(text(data, 'spell'))),
  'hedge.cannot': (notice) => opens(hedgeOf(notice), text(notice.data, 'reason')), 'hedge.can-again': (notice) => ends(hedgeOf(notice)),
  'account.cannot': accountCannot,
  'venue.unreachable': ({ data }) => opens(alarmSubjects.venue(text(data, 'account')), ''), 'venue.back': ({ data }) => ends(alarmSubjects.venue(text(data, 'account'))),
  'venue.orders-fail': (notice) => opens(ordersOf(notice), text(notice.data, 'reason')), 'venue.orders-work': (notice) => ends(ordersOf(notice)),
  'alarm.over': ({ data }) => ends(text(data, 'subject')), 'alarm.still': passes,
  'action.started': passes, 'action.done': passes, 'action.failed': passes, 'action.stuck': passes, 'price.disagrees': passes,
  'mandate.active': passes, 'mandate.rejected': passes, 'mandate.expiring': passes, 'position.liquidated': passes, alive: passes, 'rescue.by-backup': passes, 'operator.page': passes,
  'hedge.traded': passes, 'hedge.margin': passes, 'hedge.deposit-needed': passes, 'hedge.budget': passes, 'hedge.key': passes, 'hedge.unwound': passes, 'hedge.withdrawal-helps': passes, 'hedge.prices': passes, 'hedge.margin-shared': passes,
  'venue.liquidated': passes, 'venue.deleveraged': passes, 'venue.unexplained': passes, 'venue.order-unknown': passes, 'venue.key-ended': passes, 'account.protected': passes,
};

/** Whether a notice opens an alarm, ends alarms, or does neither. */
export const alarmRoleOf = (notice: Judged & Pick<Notice, 'kind'>): AlarmRole => ROLES[notice.kind](notice);
