import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '@laurel/service';
import { afterAll, describe, expect, it } from 'vitest';
import { examineMapping } from './examine-mapping.js';

const folder = mkdtempSync(join(tmpdir(), 'laurel-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));

function examined(yaml?: string) {
  if (yaml !== undefined) writeFileSync(join(folder, 'laurel.yaml'), yaml);
  return examineMapping(readSettings({ LAUREL_HOME: folder }));
}

describe('the doctor on the mapping file', () => {
  it('finds that there is none, what one says, and what is wrong with one', () => {
    expect(examined().finding).toMatchObject({ state: 'ok', found: "none: the shop has Laurel's own shape" });
    expect(examined('collections: { events: false, orders: { from: Order } }')).toEqual({
      finding: { check: 'mapping file', state: 'ok', found: 'products, customers, orders from Order' },
      collections: ['products', 'customers', 'Order'],
    });
    const { finding, collections } = examined('collections: { carts: {} }');
    expect(finding).toMatchObject({ state: 'fail', found: expect.stringMatching(/laurel\.yaml:1:16: .*"carts"/) });
    expect(collections).toHaveLength(4);
  });
});
