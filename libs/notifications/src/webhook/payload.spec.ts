import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aDueDelivery } from '../../test/due-delivery.js';
import { SAMPLES } from '../../test/samples.js';
import { webhookFor } from './message.js';
import { fitsSchema, webhookSchemas } from './payload.js';

const folder = new URL('../../../../docs/webhooks/', import.meta.url);

describe('the published schemas', () => {
  it('are those of what is posted: run npx tsx tools/generate-webhook-schemas.mts', () => {
    const schemas = webhookSchemas();
    expect(readdirSync(folder).sort()).toEqual([...schemas.keys()].sort());
    for (const [name, text] of schemas) expect(readFileSync(new URL(name, folder), 'utf8'), name).toBe(text);
  });

  it.each(Object.entries({ ...SAMPLES, test: { reason: 'asked for' }, 'webhook.challenge': { challenge: 'c'.repeat(43) } }))('fit a post of the kind %s', (kind, data) => {
    const body = JSON.parse(webhookFor(aDueDelivery({ event: { kind, data } })).body) as { version: unknown };
    expect(body.version).toBe(1);
    expect(fitsSchema(kind, body)).not.toBe(false);
    if (fitsSchema(kind, body) === null) return;
    expect(fitsSchema(kind, { ...body, version: 2 })).toBe(false);
  });
});
