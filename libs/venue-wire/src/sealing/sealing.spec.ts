import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { instrumentId } from '@ballast/positions';
import { address, chainId, type Bps, type UsdE8 } from '@ballast/units';
import { beforeAll, describe, expect, it } from 'vitest';
import { holderOf, KeyUnreadable, newHolderKey, openKey, type KeyHolder } from '../key-holder.js';
import { contextOf, keyIdOf, sealKey, sealText, type KeyContent, type KeyPlace } from './index.js';

const PLACE: KeyPlace = { environment: 'paper', venue: 'hyperliquid', chainId: chainId(1), owner: address(`0x${'ab'.repeat(20)}`), name: 'main' };
const SECRET = `0x${'17'.repeat(32)}` as const;
const CONTENT: KeyContent = {
  credentials: { venue: 'hyperliquid', account: address(`0x${'cd'.repeat(20)}`), agentKey: SECRET },
  limits: { instruments: [instrumentId(PLACE, 'ETH')], maxNotionalUsdE8: 50_000_00000000n as UsdE8, turnoverPerDayUsdE8: 100_000_00000000n as UsdE8, maxPriceApart: 50n as Bps },
};
let holder: KeyHolder;
let publicKey: string;
beforeAll(async () => {
  holder = await holderOf(await newHolderKey());
  publicKey = await holder.publicKey();
});

describe('a sealed key', () => {
  it('opens where it was sealed for, and shows nothing of what is in it', async () => {
    const sealed = await sealKey(CONTENT, PLACE, publicKey);
    expect(await openKey(holder, PLACE, sealed)).toEqual(CONTENT);
    expect(sealed).toMatch(/^ballast-key-1\.[0-9a-f]{16}\.[A-Za-z0-9_-]{87}\.[A-Za-z0-9_-]+$/);
    for (const hidden of [SECRET.slice(2), CONTENT.limits.instruments[0] as string]) expect(Buffer.from(sealed.split('.')[3] ?? '', 'base64url').toString('latin1')).not.toContain(hidden);
    expect(await sealKey(CONTENT, PLACE, publicKey)).not.toBe(sealed);
  });

  it.each<[string, Partial<KeyPlace>]>([
    ['another owner', { owner: address(`0x${'ef'.repeat(20)}`) }], ['another name', { name: 'other' }], ['the live environment', { environment: 'live' }], ['another venue', { venue: 'deribit' }], ['another chain', { chainId: chainId(10) }],
  ])('moved to %s does not open', async (_, moved) => {
    await expect(openKey(holder, { ...PLACE, ...moved }, await sealKey(CONTENT, PLACE, publicKey))).rejects.toThrow(KeyUnreadable);
  });

  it('opens whichever way its owner address is written', async () => {
    expect(await openKey(holder, PLACE, await sealKey(CONTENT, { ...PLACE, owner: PLACE.owner.toUpperCase().replace('0X', '0x') as never }, publicKey))).toEqual(CONTENT);
  });

  it('that was changed, cut or sealed to somebody else does not open, and says so', async () => {
    const sealed = await sealKey(CONTENT, PLACE, publicKey);
    const parts = sealed.split('.') as [string, string, string, string];
    const flipped = (text: string): string => `${text.slice(0, 20)}${text[20] === 'A' ? 'B' : 'A'}${text.slice(21)}`;
    const elsewhere = await (await holderOf(await newHolderKey())).publicKey();
    const wrong = [flipped(parts[3]), parts[3].slice(0, -4), ''].map((cipher) => [...parts.slice(0, 3), cipher].join('.'));
    for (const text of [...wrong, [parts[0], parts[1], flipped(parts[2]), parts[3]].join('.'), await sealKey(CONTENT, PLACE, elsewhere), `ballast-key-2.${parts.slice(1).join('.')}`, 'x', `${sealed}.x`]) await expect(openKey(holder, PLACE, text)).rejects.toThrow(KeyUnreadable);
    const told = `sealed to the key ${await keyIdOf(elsewhere)}, expected one sealed to ${await keyIdOf(publicKey)}`;
    await expect(openKey(holder, PLACE, await sealKey(CONTENT, PLACE, elsewhere))).rejects.toThrow(told);
  });

  it.each<[string, unknown, RegExp]>([
    ['no JSON', 'x', /the whole/], ['no limits', { credentials: CONTENT.credentials }, /fit: limits/], ['a key of another form', { ...CONTENT, credentials: { ...CONTENT.credentials, agentKey: 'sw0rdfish' } }, /credentials\.agentKey/],
    ['a key of another venue', { ...CONTENT, credentials: { venue: 'bybit', apiKey: 'sw0rdfish', secret: 'sw0rdfish' } }, /got a key of bybit/],
    ['limits for elsewhere', { ...CONTENT, limits: { ...CONTENT.limits, instruments: ['live:hyperliquid:instrument:ETH'] } }, /live:hyperliquid/],
  ])('with %s in it is refused without a word of what is in it', async (_, content, why) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content, (__, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
    const refused = await openKey(holder, PLACE, await sealText(text, contextOf(PLACE), publicKey)).catch((error: Error) => error);
    expect(refused).toBeInstanceOf(KeyUnreadable);
    expect((refused as Error).message).toMatch(why);
    expect((refused as Error).message).not.toContain('sw0rdfish');
  });

  it('a private key of another form is refused without a word of it', async () => {
    for (const text of ['', 'sw0rdfish', '{"kty":"EC","crv":"P-256","x":"sw0rdfish","y":"","d":""}']) {
      const refused = await holderOf(text).catch((error: Error) => error);
      expect(refused).toMatchObject({ code: 'holder-key-unusable' });
      expect(String(refused)).not.toContain('sw0rdfish');
    }
  });

  it('a key that is no public key seals nothing', async () => {
    for (const text of ['', 'AAAA', `${publicKey}A`, publicKey.slice(0, -2)]) await expect(sealKey(CONTENT, PLACE, text)).rejects.toThrow(/public key|base64url/);
  });

  it('made by the lines that docs/venue-keys.md gives to those without this code opens', async () => {
    const [, lines = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync(join('docs', 'venue-keys.md'), 'utf8')) ?? [];
    const documented = new Function(`${lines}; return sealKey;`)() as (content: unknown, place: KeyPlace, publicKey: string) => Promise<string>;
    const plain = JSON.parse(JSON.stringify(CONTENT, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))) as unknown;
    expect(await openKey(holder, PLACE, await documented(plain, { ...PLACE, owner: PLACE.owner.toUpperCase().replace('0X', '0x') as never }, publicKey))).toEqual(CONTENT);
  });

  it('is made by nothing but WebCrypto: the files import only each other', () => {
    const folder = join('libs', 'venue-wire', 'src', 'sealing');
    const imports = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts')).flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/^(?:import|export) (?!type )[^;]*from '([^']+)'/gm)].map(([, from]) => from));
    expect(imports.filter((from) => !from?.startsWith('./'))).toEqual([]);
  });
});
