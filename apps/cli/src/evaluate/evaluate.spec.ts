import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runEvaluate } from './main.js';

const GUIDE = readFileSync(new URL('../../../../docs/evaluating.md', import.meta.url), 'utf8');
const EXAMPLES = [...GUIDE.matchAll(/```json\n([^`]*)```\n\n<!-- answer -->\n```json\n([^`]*)```/g)].map(([, request, answer]) => [request as string, answer as string] as const);

describe('ballast evaluate', () => {
  it('gives the answers of its guide', () => {
    expect(EXAMPLES.length).toBeGreaterThanOrEqual(4);
    for (const [request, answer] of EXAMPLES) {
      const found = runEvaluate(request, new Date(0));
      expect(found.code).toBe(0);
      expect(JSON.parse(found.text)).toEqual(JSON.parse(answer));
    }
  });

  it('says on one line each what is wrong', () => {
    expect(runEvaluate('{"kind":"lending","collateral":[]}', new Date(0))).toEqual({ code: 1, text: 'collateral: got [], expected one to eight assets' });
    expect(runEvaluate('not JSON', new Date(0))).toEqual({ code: 1, text: '(request): got not JSON…, expected a position as JSON, see docs/evaluating.md' });
  });
});
