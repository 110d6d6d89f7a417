/** One field of a payload that did not parse: what came, cut to a readable length, and what would do. */
export interface FieldProblem {
  readonly field: string;
  readonly given: string;
  readonly expected: string;
}

/** What a schema library says of a field; only what is read here. */
interface SchemaIssue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly expected?: unknown;
  readonly values?: readonly unknown[];
}

const MOST = 20;
const LONGEST = 80;

/** The problems of a payload, at most 20, each with its field, what was given and what is expected. */
export const fieldProblems = (issues: readonly SchemaIssue[], payload: unknown): readonly FieldProblem[] =>
  issues.slice(0, MOST).map((issue) => ({
    field: issue.path.length === 0 ? '(request)' : issue.path.map(String).join('.'),
    given: shown(at(payload, issue.path)),
    expected: expectation(issue),
  }));

function at(payload: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined), payload);
}

/** What was given, as JSON, cut to 80 characters. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function expectation(issue: SchemaIssue): string {
  if (issue.code === 'invalid_type') return `a value of type ${String(issue.expected)}`;
  if (issue.code === 'invalid_value') return `one of ${(issue.values ?? []).map(String).join(', ')}`;
  return issue.message;
}
