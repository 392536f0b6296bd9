import { existsSync } from 'node:fs';
import { CHROMIUM, TestBrowser } from '@laurel/test-home/browser';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningShop } from './main-job-cases.js';
import { order, type OrderDocument } from './small-shop.js';

const SCREENSHOTS = process.env['LAUREL_SCREENSHOTS'];

/** Waits for what the page comes to show. */
const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 15_000 });

/** The example storefront in a real browser, over a Laurel that runs. */
export function storefrontCases(running: () => RunningShop): void {
  describe.skipIf(!existsSync(CHROMIUM))('the example storefront', () => {
    let browser: TestBrowser;
    let page: Page;

    beforeAll(async () => {
      browser = await TestBrowser.open();
    });
    afterAll(() => browser.close());
    beforeEach(async () => {
      page = await browser.newPage();
      const { laurel } = running();
      await page.goto(laurel.url('dashboard', `/storefront/#key=${laurel.key('storefront')}`));
    });
    afterEach(async () => {
      await page.close();
      expect(browser.complaints.splice(0)).toEqual([]);
    });

    const shelf = (title: string) => page.getByRole('region', { name: title, exact: true });
    const names = (title: string) => shelf(title).locator('li > a').allTextContents();
    const picture = async (name: string) => {
      if (SCREENSHOTS !== undefined) await page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: true });
    };

    it('shows a visitor what is in demand, and a customer a top 5 of their own that a purchase changes', async () => {
      await eventually(() => names('Chosen for you')).toHaveLength(5);
      await eventually(() => names('In demand')).toHaveLength(10);
      expect(page.url()).not.toContain('key=');
      await page.getByLabel('Customer id').fill('C111');
      await page.keyboard.press('Enter');
      await eventually(() => page.getByRole('heading', { level: 1 }).textContent()).toBe('Welcome back, C111');
      await eventually(() => names('Chosen for you')).toHaveLength(5);
      await picture('storefront-home');
      const [first = ''] = await names('Chosen for you');
      const number = Number(first.split(' ').at(-1));
      await running()
        .shop.collection<OrderDocument>('orders')
        .insertOne(order('O-storefront', 'C111', new Date(), [number]));
      await eventually(async () => {
        await page.reload();
        await eventually(() => names('Chosen for you')).toHaveLength(5);
        return names('Chosen for you');
      }).not.toContain(first);
    });

    it('finds products by the beginnings of words, and says when there are none', async () => {
      await page.getByLabel('Search the shop').fill('LAMP piec');
      await page.keyboard.press('Enter');
      await eventually(() => names('“LAMP piec”')).toHaveLength(8);
      expect((await names('“LAMP piec”')).every(name => name.startsWith('lamps piece'))).toBe(true);
      await page.getByLabel('Search the shop').fill('sofa');
      await page.keyboard.press('Enter');
      await eventually(() => shelf('“sofa”').textContent()).toContain('Nothing found.');
    });

    it('shows with a product what is bought together with it, and puts it into the cart', async () => {
      await page.goto(running().laurel.url('dashboard', '/storefront/#/product/P03'));
      await eventually(() => page.getByRole('heading', { level: 1 }).textContent()).toBe('garden piece 3');
      await eventually(() => names('Bought together')).toContain('garden piece 0');
      await eventually(() => names('Similar')).toHaveLength(5);
      await picture('storefront-product');
      await shelf('Product').getByRole('button', { name: 'Add to cart' }).click();
      await page.getByRole('link', { name: 'Cart (1)' }).click();
      await eventually(() => shelf('In the cart').textContent()).toContain('1 × garden piece 3');
      await eventually(() => names('Goes with your cart')).toContain('garden piece 0');
      expect(await names('Goes with your cart')).not.toContain('garden piece 3');
      await picture('storefront-cart');
      await page.getByRole('button', { name: 'Take out' }).click();
      await eventually(() => page.locator('main').textContent()).toContain('Nothing in it yet.');
    });

    it('says what is wrong with a key, and asks for another', async () => {
      await page.goto(running().laurel.url('dashboard', '/storefront/#key=not-the-right-key-at-all'));
      await page.reload();
      await eventually(() => page.getByRole('alert').textContent()).toContain('This key is not known');
      await page.getByLabel('Your key').fill(running().laurel.key('storefront'));
      await page.keyboard.press('Enter');
      await eventually(() => names('In demand')).toHaveLength(10);
    });
  });
}
