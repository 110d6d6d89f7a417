import { isEventKind, readNoticeData, type EventKind, type ParsedNoticeData } from '../notice-data.js';
import { alarmOver, stillSo } from './alarms.js';
import { actionDone, actionFailed, actionStarted, actionStuck, positionLiquidated } from './actions.js';
import type { MailContent, TemplateContext } from './content.js';
import { mandateActive, mandateExpiring, mandateRejected, notProtected, priceDisagrees, protectedAgain } from './protection.js';
import { hedgeBudget, hedgeCanAgain, hedgeCannot, hedgeDepositNeeded, hedgeKey, hedgeMargin, hedgeMarginShared, hedgePrices, hedgeTraded, hedgeUnwound, hedgeWithdrawalHelps } from './hedges.js';
import { alive, blind, hedgingBack, hedgingLate, plain, sighted, silent, silentOver, subscriptionConfirm, watchdogSure, watchdogUnsure } from './service.js';
import { operatorPage, rescueByBackup, stopReleased, stopSet } from './stops.js';
import { accountCannot, accountProtected, venueBack, venueDeleveraged, venueKeyEnded, venueLiquidated, venueOrderUnknown, venueOrdersFail, venueOrdersWork, venueUnexplained, venueUnreachable } from './venues.js';

const TEMPLATES: { readonly [Kind in EventKind]: (data: ParsedNoticeData<Kind>, context: TemplateContext) => MailContent } = {
  'action.started': actionStarted,
  'action.done': actionDone,
  'action.failed': actionFailed,
  'action.stuck': actionStuck,
  'not-protected': notProtected,
  'protected-again': protectedAgain,
  'price.disagrees': priceDisagrees,
  'mandate.active': mandateActive,
  'mandate.rejected': mandateRejected,
  'mandate.expiring': mandateExpiring,
  'position.liquidated': positionLiquidated,
  blind,
  sighted,
  'stop.set': stopSet,
  'stop.released': stopReleased,
  'rescue.by-backup': rescueByBackup,
  'operator.page': operatorPage,
  'alarm.still': (data, context) => stillSo(firstTold(data, context), data),
  'alarm.over': alarmOver,
  'hedge.traded': hedgeTraded,
  'hedge.cannot': hedgeCannot,
  'hedge.can-again': hedgeCanAgain,
  'hedge.margin': hedgeMargin,
  'hedge.deposit-needed': hedgeDepositNeeded,
  'hedge.budget': hedgeBudget,
  'hedge.key': hedgeKey,
  'hedge.unwound': hedgeUnwound,
  'hedge.withdrawal-helps': hedgeWithdrawalHelps,
  'hedge.prices': hedgePrices,
  'hedge.margin-shared': hedgeMarginShared,
  'venue.unreachable': venueUnreachable,
  'venue.back': venueBack,
  'venue.liquidated': venueLiquidated,
  'venue.deleveraged': venueDeleveraged,
  'venue.unexplained': venueUnexplained,
  'venue.order-unknown': venueOrderUnknown,
  'venue.orders-fail': venueOrdersFail,
  'venue.orders-work': venueOrdersWork,
  'venue.key-ended': venueKeyEnded,
  'account.protected': accountProtected,
  'account.cannot': accountCannot,
  alive,
  silent,
  'silent.over': silentOver,
  'watchdog.unsure': watchdogUnsure,
  'watchdog.sure': watchdogSure,
  'hedging.late': hedgingLate,
  'hedging.back': hedgingBack,
  'subscription.confirm': subscriptionConfirm,
};

function ownWords<Kind extends EventKind>(kind: Kind, data: unknown, context: TemplateContext): MailContent | null {
  const parsed = readNoticeData(kind, data);
  return parsed === null ? null : TEMPLATES[kind](parsed, context);
}

/** The mail of the event that told of an alarm first. */
function firstTold(data: ParsedNoticeData<'alarm.still'>, context: TemplateContext): MailContent {
  const { of } = data.alarm;
  return (isEventKind(of) && of !== 'alarm.still' ? ownWords(of, data, context) : null) ?? plain(of, 'critical', data, context);
}

/** Without line breaks and without characters that reorder a line: a value from outside cannot forge lines or headers. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]+/gu, ' ');

function tidy<T>(part: T): T {
  if (typeof part === 'string') return oneLine(part) as T;
  if (Array.isArray(part)) return part.map(tidy) as T;
  if (typeof part === 'object' && part !== null) return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, tidy(value as unknown)])) as T;
  return part;
}

/** Of a paper venue everything is told as of a live one, and said to be play money in each place that somebody may read alone. */
function saidToBePaper(content: MailContent, data: unknown): MailContent {
  if (typeof data !== 'object' || data === null || (data as { environment?: unknown }).environment !== 'paper') return content;
  return { ...content, subject: `PAPER: ${content.subject}`, preheader: `Play money. ${content.preheader}`, headline: `PAPER: ${content.headline}`, lead: `${content.lead} This is about a paper venue with play money: nothing real was or will be moved.` };
}

/** The mail's content for an event. Unknown kinds and malformed data give a plain mail: a notice is never lost for its words. */
export function contentOf(event: { readonly kind: string; readonly severity: string; readonly data: unknown }, context: TemplateContext): MailContent {
  try {
    const content = isEventKind(event.kind) ? ownWords(event.kind, event.data, context) : null;
    if (content !== null) return tidy(saidToBePaper(content, event.data));
  } catch {
    // A value that no template foresaw; the plain mail asks nothing of its values.
  }
  return tidy(saidToBePaper(plain(event.kind, event.severity, event.data, context), event.data));
}
