import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Database, SwitchStore } from '@ballast/storage';
import { createTestDatabase, type TestDatabase } from '../factories/database.js';
import { WriteRefuser } from './write-refuser.js';

let made: TestDatabase;
let refuser: WriteRefuser;
let url: URL;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  url = new URL(made.url);
  refuser = await new WriteRefuser(Number(url.port)).start();
  url.port = String(refuser.port);
});
afterAll(async () => {
  await refuser?.stop();
  await made?.drop();
});

describe('a database whose disk is full, as its clients see it', () => {
  it('refuses what writes with PostgreSQL\'s own code, answers what reads, and is whole again afterwards', async () => {
    const client = new pg.Client({ connectionString: url.toString() });
    await client.connect();
    await client.query('CREATE TABLE t (a int)');
    refuser.full = true;
    for (const write of [() => client.query('INSERT INTO t VALUES (1)'), () => client.query('INSERT INTO t VALUES ($1)', [1]), () => client.query('WITH x AS (SELECT 1) INSERT INTO t SELECT 1')]) {
      await expect(write()).rejects.toMatchObject({ code: '53100' });
      expect((await client.query('SELECT count(*) FROM t WHERE a = $1', [1])).rows).toEqual([{ count: '0' }]);
    }
    refuser.full = false;
    await client.query('INSERT INTO t VALUES ($1)', [2]);
    expect((await client.query('SELECT a FROM t')).rows).toEqual([{ a: 2 }]);
    await client.end();
  });

  it('leaves nothing of a transaction behind that meets it half way', async () => {
    const database = await Database.open(url.toString());
    const switches = new SwitchStore(database);
    refuser.full = true;
    await expect(switches.stop({ scope: { kind: 'global' }, stops: 'all', setBy: 'operator', reason: 'a drill' })).rejects.toThrow();
    refuser.full = false;
    expect(await switches.inForce()).toEqual([]);
    expect(await switches.stop({ scope: { kind: 'global' }, stops: 'all', setBy: 'operator', reason: 'a drill' })).toBe(true);
    await database.close();
  });
});
