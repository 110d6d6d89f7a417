import { UNKNOWN } from './numbers.js';

const day = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' });
const dayAndYear = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' });
const minutes = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', hour: '2-digit', minute: '2-digit' });
const seconds = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', hour: '2-digit', minute: '2-digit', second: '2-digit' });

const parse = (iso: string | null): Date | null => {
  const parsed = iso === null ? Number.NaN : Date.parse(iso);
  return Number.isFinite(parsed) ? new Date(parsed) : null;
};

/** "4 s", "12 min", "3 h", "5 d": whole units, rounded down, never negative. */
export function duration(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1_000));
  if (total < 60) return `${total} s`;
  if (total < 3_600) return `${Math.floor(total / 60)} min`;
  if (total < 86_400) return `${Math.floor(total / 3_600)} h`;
  return `${Math.floor(total / 86_400)} d`;
}

/** "4 s ago" under an hour, else the date and time. */
export function ago(iso: string | null, now: number): string {
  const at = parse(iso);
  if (!at) return UNKNOWN;
  const age = now - at.getTime();
  return age < 3_600_000 ? `${duration(age)} ago` : `${dateTime(iso)} UTC`;
}

/** "22 Nov 06:12", in UTC. */
export function dateTime(iso: string | null): string {
  const at = parse(iso);
  return at ? `${day.format(at)} ${minutes.format(at)}` : UNKNOWN;
}

/** The time of day with its seconds on the day of `now`, else the date and time; in UTC. */
export const shortMoment = (iso: string, now: number): string => (day.format(now) === day.format(Date.parse(iso)) && now - Date.parse(iso) < 86_400_000 ? clockTime(iso) : dateTime(iso));

/** "22 Nov 06:12:08", in UTC. */
export function dateSeconds(iso: string | null): string {
  const at = parse(iso);
  return at ? `${day.format(at)} ${seconds.format(at)}` : UNKNOWN;
}

/** "21:14:08", in UTC. */
export function clockTime(iso: string | null): string {
  const at = parse(iso);
  return at ? seconds.format(at) : UNKNOWN;
}

/** "21:14:08.2", in UTC, tenths cut. */
export function clockTenths(iso: string | null): string {
  const at = parse(iso);
  return at ? `${seconds.format(at)}.${Math.floor(at.getUTCMilliseconds() / 100)}` : UNKNOWN;
}

/** "21 May 2027", in UTC. */
export function date(iso: string | null): string {
  const at = parse(iso);
  return at ? dayAndYear.format(at) : UNKNOWN;
}

export const dateOfUnix = (unixSeconds: number): string => date(new Date(unixSeconds * 1_000).toISOString());
