/** What differs between an answer and recorded ones: keys and kinds of values, not the values. Null stands for any kind. */
export function differences(ours: unknown, recorded: readonly unknown[], path = ''): readonly string[] {
  const known = recorded.filter((value) => value !== null && value !== undefined);
  if (ours === null || known.length === 0) return [];
  const kinds = new Set(known.map(kindOf));
  if (!kinds.has(kindOf(ours))) return [`${path} is ${kindOf(ours)}, not ${[...kinds].join(' or ')}`];
  if (Array.isArray(ours)) {
    const items = known.flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : []));
    return [...new Set(ours.flatMap((item) => differences(item, items, `${path}[]`)))];
  }
  if (typeof ours !== 'object') return [];
  const examples = known.filter((value): value is Record<string, unknown> => typeof value === 'object' && !Array.isArray(value));
  const mine = ours as Record<string, unknown>;
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  const missing = Object.keys(examples[0] ?? {}).filter((key) => examples.every((example) => key in example) && !(key in mine)).map((key) => `${at(key)} is missing`);
  const found = Object.keys(mine).flatMap((key) => {
    const theirs = examples.filter((example) => key in example).map((example) => example[key]);
    return theirs.length === 0 ? [`${at(key)} is not recorded`] : differences(mine[key], theirs, at(key));
  });
  return [...missing, ...found];
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  // Text of a number is another kind than text.
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? 'decimal text' : typeof value;
}
