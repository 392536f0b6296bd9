import { describe, expect, it } from 'vitest';
import { missingRights } from './mongo-rights.js';

const needed = { db: 'shop', collection: '', actions: ['find', 'changeStream'] };

describe('missingRights', () => {
  it.each([
    ['nothing', [], ['find', 'changeStream']],
    ['the database', [{ resource: { db: 'shop', collection: '' }, actions: ['find', 'changeStream', 'insert'] }], []],
    ['another database', [{ resource: { db: 'blog', collection: '' }, actions: ['find'] }], ['find', 'changeStream']],
    [
      'one collection',
      [{ resource: { db: 'shop', collection: 'orders' }, actions: ['find'] }],
      ['find', 'changeStream'],
    ],
    ['every database', [{ resource: { db: '', collection: '' }, actions: ['find'] }], ['changeStream']],
    ['anything', [{ resource: { anyResource: true }, actions: ['find', 'changeStream'] }], []],
    ['the cluster', [{ resource: { cluster: true }, actions: ['find', 'changeStream'] }], ['find', 'changeStream']],
    [
      'two roles together',
      [
        { resource: { db: 'shop', collection: '' }, actions: ['find'] },
        { resource: { db: '', collection: '' }, actions: ['changeStream'] },
      ],
      [],
    ],
  ])('with a privilege on %s', (_, privileges, missing) => {
    expect(missingRights(privileges, needed)).toEqual(missing);
  });

  it('takes a right on the whole database for one of its collections', () => {
    const privileges = [{ resource: { db: 'local', collection: '' }, actions: ['find'] }];
    expect(missingRights(privileges, { db: 'local', collection: 'oplog.rs', actions: ['find'] })).toEqual([]);
  });
});
