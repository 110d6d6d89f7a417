import type { Problem } from './types.js';

/** The API's refusal (RFC 9457), or our own words for an answer that never came. `code` is stable. */
export class ApiProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
  get code(): string {
    return this.problem.code;
  }
  get status(): number {
    return this.problem.status;
  }
}

const unreachable = (path: string): Problem => ({
  type: 'about:blank', title: 'No answer', status: 0, code: 'unreachable', instance: path, detail: 'Ballast did not answer. Check the connection and try again.',
});

async function problemOf(path: string, response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  if (body !== null && typeof body === 'object' && 'code' in body && 'detail' in body) return body as Problem;
  return { type: 'about:blank', title: response.statusText, status: response.status, code: 'unexpected-answer', instance: path, detail: `Ballast answered ${response.status} without a reason.` };
}

/** Asks the API and returns its answer. @throws ApiProblem when it refuses or cannot be reached */
export async function ask<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiProblem(unreachable(path));
  }
  if (!response.ok) throw new ApiProblem(await problemOf(path, response));
  if (response.status === 204) return undefined as T;
  try {
    return (await response.json()) as T;
  } catch {
    throw new ApiProblem({ ...unreachable(path), status: response.status, code: 'unexpected-answer', detail: 'Ballast answered something that is not JSON.' });
  }
}
