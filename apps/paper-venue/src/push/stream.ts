/** What a client follows: each look gives the messages that are new since the one before. */
export type Stream = () => readonly unknown[];

/** A whole that is told again when it has changed; `told` makes the message of it. Times that pass by themselves are no change: `same` is what is compared. */
export function whole<T>(read: () => T, told: (value: T) => unknown, same: (value: T) => unknown = (value) => value): Stream {
  let before: string | null = null;
  return () => {
    const value = read();
    const now = JSON.stringify(same(value));
    if (now === before) return [];
    before = now;
    return [told(value)];
  };
}

/** A list to whose end things come: those after the last that was told, oldest first. What was there before the first look is not new. */
export function added<T extends { readonly id: number }>(read: () => readonly T[], told: (items: readonly T[]) => readonly unknown[]): Stream {
  let last = Math.max(0, ...read().map(({ id }) => id));
  return () => {
    const items = read().filter(({ id }) => id > last);
    last = Math.max(last, ...items.map(({ id }) => id));
    return items.length === 0 ? [] : told(items);
  };
}

/** Things that change: each that is another than it was at the look before. What was there before the first look is not new. */
export function altered<T extends { readonly id: number }>(read: () => readonly T[], told: (items: readonly T[]) => readonly unknown[]): Stream {
  // The engine's values never change: another one is a changed one.
  let before = new Map(read().map((one) => [one.id, one]));
  return () => {
    const items = read();
    const changed = items.filter((one) => before.get(one.id) !== one);
    before = new Map(items.map((one) => [one.id, one]));
    return changed.length === 0 ? [] : told(changed);
  };
}
