import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createLogger,
  freePort,
  openServiceContext,
  readSettings,
  startApp,
  type RunningApp,
  type ServiceContext,
} from '@laurel/service';
import { dashboard } from '@laurel/dashboard';
import { CHROMIUM, TestBrowser } from '@laurel/test-home/browser';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { ADMIN_KEY, ContractServices } from './contract-services.js';

const SCREENSHOTS = process.env['LAUREL_SCREENSHOTS'];

/** Waits for what the page comes to show. */
const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 15_000 });

let context: ServiceContext;
let app: RunningApp;
let services: ContractServices;
let servicesUrl: string;

beforeAll(async () => {
  await build({ configFile: join(import.meta.dirname, '../vite.config.ts'), logLevel: 'error' });
  services = new ContractServices();
  servicesUrl = await services.listen();
  const settings = readSettings({
    MONGODB_URI: inject('mongodbUri'),
    LAUREL_KEYS: `admin=${ADMIN_KEY}`,
    LOG_LEVEL: 'silent',
    DASHBOARD_PORT: String(await freePort()),
    RECOMMENDER_URL: servicesUrl,
    CLUSTERING_SERVICE_URL: servicesUrl,
    FEATURE_SERVICE_URL: servicesUrl,
    EVENTS_INGESTER_URL: `${servicesUrl}/`,
  });
  context = await openServiceContext(settings, createLogger(settings));
  app = await startApp(dashboard, context);
});
afterAll(async () => {
  await app.close();
  await services.close();
  await context.mongo.close();
});

describe('the server', () => {
  it('serves the page without a key, under a strict policy, and asks to be asked again', async () => {
    const response = await fetch(app.url);
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`connect-src 'self' ${servicesUrl};`);
    expect(policy).not.toContain('unsafe');
    expect(html).toContain('<title>Laurel</title>');
    expect(html).not.toContain(ADMIN_KEY);
    const again = await fetch(app.url, {
      headers: { 'if-none-match': response.headers.get('etag') ?? '', 'cache-control': 'max-age=0' },
    });
    expect(again.status).toBe(304);
  });

  it('lets what carries its hash in its name be kept for a year', async () => {
    const html = await (await fetch(app.url)).text();
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? '';
    const response = await fetch(`${app.url}${script}`);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-type')).toContain('javascript');
    expect(await response.text()).not.toContain(ADMIN_KEY);
  });

  it('tells the page where the services are, and nothing else', async () => {
    expect(await (await fetch(`${app.url}/config.json`)).json()).toEqual({
      services: {
        recommender: servicesUrl,
        'clustering-service': servicesUrl,
        'feature-service': servicesUrl,
        'events-ingester': servicesUrl,
      },
    });
  });

  it('is ready, and answers an unknown address with problem details', async () => {
    expect((await fetch(`${app.url}/health/ready`)).status).toBe(200);
    const response = await fetch(`${app.url}/assets/../../package.json`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      expect.stringContaining('application/problem+json'),
    ]);
  });
});

describe.skipIf(!existsSync(CHROMIUM))('the page', () => {
  let browser: TestBrowser;
  let page: Page;

  beforeAll(async () => {
    browser = await TestBrowser.open();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    page = await browser.newPage();
  });
  afterEach(async () => {
    services.broken.clear();
    await page.close();
    expect(browser.complaints.splice(0)).toEqual([]);
  });

  const open = (path = '') =>
    page.goto(`${app.url}/#key=${ADMIN_KEY}`).then(() => (path === '' ? undefined : page.goto(`${app.url}/#/${path}`)));
  const panel = (title: string) => page.getByRole('region', { name: title, exact: true });

  async function pictures(name: string): Promise<void> {
    if (SCREENSHOTS === undefined) return;
    for (const [width, scheme] of [
      [1280, 'light'],
      [390, 'light'],
      [1280, 'dark'],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: scheme });
      await page.waitForTimeout(700);
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-${width}-${scheme}.png`), fullPage: true });
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  }

  it('asks for a key, says when it is wrong, and opens with the right one', async () => {
    await page.goto(app.url);
    await page.getByLabel('Your key').fill('not-the-right-key-at-all');
    await page.getByRole('button', { name: 'Open' }).click();
    await eventually(() => page.getByRole('alert').textContent()).toContain('This key is not known');
    await pictures('key');
    await page.getByLabel('Your key').fill(ADMIN_KEY);
    await page.keyboard.press('Enter');
    await eventually(() => panel('Loyalty tiers').textContent()).toContain('4,338 customers');
    await page.getByRole('button', { name: 'Forget key' }).click();
    await page.getByLabel('Your key').waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });

  it('takes the key from the address and leaves none there', async () => {
    await open();
    await eventually(() => panel('Loyalty tiers').textContent()).toContain('Platinum');
    expect(page.url()).not.toContain(ADMIN_KEY);
    await page.reload();
    await eventually(() => panel('Loyalty tiers').textContent()).toContain('Platinum');
  });

  it('shows pipeline, tiers and models at one glance, and says what is simulated', async () => {
    await open();
    await eventually(() => panel('Pipeline').textContent()).toMatch(
      /Simulated here: browsing, contact data, and consent.*Streaming.*1,284.*on their way.*3.*could not be processed.*Orders12,000 of about 24,600/,
    );
    await eventually(() => panel('Loyalty tiers').locator('tbody').textContent()).toMatch(
      /Platinum4129.5 %.*Gold1,10325.4 %.*Bronze1,44633.3 %/,
    );
    await panel('Loyalty tiers').locator('canvas').waitFor();
    await eventually(() => panel('Models').textContent()).toMatch(
      /User clusters.*Version 3.*Live.*Davies–Bouldin.*0.871.*Product affinity.*NDCG5.*0.103/,
    );
    await eventually(() => panel('What recommendations brought').locator('tbody td').allTextContents()).toEqual([
      ...['Product affinity 7', 'home', '12,480', '3.2 % (2.9 % to 3.6 %)', '0.5 % (0.4 % to 0.6 %)', '39.92'],
    ]);
    await pictures('overview');
    await page.getByRole('button', { name: 'Show customers of gold' }).click();
    await page.getByRole('link', { name: '13047' }).click();
    await eventually(() => page.url()).toContain('#/customer/13047');
  });

  it('shows a customer: tier with reasons, features, history, top 5', async () => {
    await open('customer');
    await page.getByLabel('Customer id').fill('17850');
    await page.keyboard.press('Enter');
    await eventually(() => panel('Tier').textContent()).toMatch(/Gold.*since Jan 12, 2026 · decided by the model/);
    await eventually(() => panel('Tier').textContent()).toContain(
      'Would move up to Platinum with orders from 9 to 13.',
    );
    await eventually(() => panel('Tier').locator('tbody tr').allTextContents()).toEqual([
      'Orders9721Gold',
      'Sessions242044Gold',
      'Average order value412.50310.20455.10Platinum',
      'Time on site2 h 21 min1 h 42 min4 h 25 minGold',
    ]);
    await eventually(() => panel('What they did').textContent()).toMatch(
      /Orders9.*Revenue3,712.50.*Last orderFeb 20, 2026/,
    );
    await eventually(() => panel('Tier history').locator('li').allTextContents()).toEqual([
      'Goldsince Jan 12, 2026Upgrade',
      'SilverAug 3, 2025 – Jan 12, 2026Nearest',
    ]);
    await eventually(() => panel('Top 5 for them').locator('li').count()).toBe(5);
    await eventually(() => panel('Top 5 for them').locator('li').first().textContent()).toContain(
      'Often bought together with Party bunting',
    );
    await pictures('customer');
  });

  it('says in plain words that a customer is unknown', async () => {
    await open('customer/nobody%2Fhere');
    await eventually(() => panel('Tier').textContent()).toContain('Nothing is known of nobody%2Fhere.');
  });

  it('shows a product, what is similar and what is bought with it', async () => {
    await open('product');
    await eventually(() => panel('Trending now').locator('li').count()).toBe(6);
    await panel('Trending now').getByRole('link', { name: 'White hanging heart T-light holder' }).click();
    await eventually(() => panel('In the shop').textContent()).toContain('Candles · price 2.95 · rated 4.5');
    await eventually(() => panel('Similar').locator('li').count()).toBe(6);
    await eventually(() => panel('Bought together').locator('li').count()).toBe(6);
    await pictures('product');
  });

  it('makes an audience and saves its file', async () => {
    await open('audiences');
    await eventually(() => panel('Saved audiences').textContent()).toContain('Spring sale');
    await page.getByLabel('Name').fill('Silver, win back');
    await page.getByRole('button', { name: 'Create audience' }).click();
    await eventually(() => panel('New audience').textContent()).toContain('Choose at least one tier.');
    await page.getByLabel('Silver', { exact: true }).check();
    await page.getByRole('button', { name: 'Create audience' }).click();
    await eventually(() => panel('Saved audiences').textContent()).toContain('Silver, win back');
    expect(services.audiences.at(-1)).toMatchObject({ name: 'Silver, win back', filter: { tiers: ['SILVER'] } });
    await page.getByLabel('Destination for Silver, win back').selectOption('Meta custom audience');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).last().click(),
    ]);
    expect(file.suggestedFilename()).toBe('silver-win-back-meta.csv');
    expect(await readFile(await file.path(), 'utf8')).toBe('Email,Phone\nabc,def\n');
    await eventually(() => panel('Saved audiences').textContent()).toMatch(
      /Saved silver-win-back-meta.csv: 1,214 customers. Held back: 280 no ad consent, 21 no email\./,
    );
    await pictures('audiences');
  });

  it('sends a webhook a test, says how that went, shows the deliveries, and tells again from a moment on', async () => {
    await open('webhooks');
    await panel('Endpoints').getByRole('link', { name: 'https://crm.example.com/hooks/laurel' }).click();
    await eventually(() => panel('Endpoint').textContent()).toMatch(
      /The CRM.*Nothing arrives since Mar 2, 2026, 9:15 AM UTC/,
    );
    const log = () => panel('Deliveries').locator('tbody tr').allTextContents();
    const failed = 'Mar 2, 2026, 9:15 AM UTCtier.upgradedFailed: The endpoint answered 50341 msevt_1';
    await eventually(log).toEqual([failed]);
    await page.getByRole('button', { name: 'Send a test' }).click();
    await eventually(() => panel('Endpoint').textContent()).toContain('Delivered: answered 204 after 12 ms.');
    await eventually(log).toEqual(['Mar 2, 2026, 9:16 AM UTCwebhook.testDelivered (204)12 msmsg_1', failed]);
    await page.getByLabel('What happened since').fill('2026-03-01T18:30');
    await page.getByRole('button', { name: 'Tell again' }).click();
    await eventually(() => panel('Endpoint').textContent()).toContain('12 messages are on the way.');
    expect(services.webhooks.replays).toEqual(['2026-03-01T18:30:00.000Z']);
    await pictures('webhooks');
  });

  it('shows what another version of the tiers’ model would do, before it is promoted', async () => {
    await open('promotion');
    await panel('Versions').getByRole('link', { name: 'Version 2, archived' }).click();
    const run = panel('If version 2 went live');
    await eventually(() => run.getByRole('table').first().locator('tbody tr').allTextContents()).toEqual([
      'Platinum412000',
      'Gold311,07200',
      'Silver0571,3200',
      'Bronze0081,438',
    ]);
    expect(await run.getByRole('table', { name: 'Once downgrades' }).locator('tbody').textContent()).toContain(
      'Platinum3931900',
    );
    expect(await run.textContent()).toMatch(
      /31 customers are headed down\. Their revenue in the window: 18,412\.50, 2\.1 % of all\..*Upgraded96.*Will downgrade4.*Renewed2/,
    );
    await pictures('promotion');
    await open('promotion/99');
    await eventually(() => panel('If version 99 went live').textContent()).toContain('Nothing is known of');
  });

  it('goes on beside a part that fails, says which, and tries again when asked', async () => {
    services.broken.add('/v1/models');
    await open();
    await eventually(() => panel('Loyalty tiers').textContent()).toContain('Platinum');
    await eventually(() => panel('Models').getByRole('alert').textContent()).toMatch(
      /The clustering-service could not answer\. .*request r-500/,
    );
    await pictures('failure');
    services.broken.clear();
    await panel('Models').getByRole('button', { name: 'Try again' }).click();
    await eventually(() => panel('Models').textContent()).toContain('User clusters');
  });

  it('says so when a service is down', async () => {
    await page.route('**/v1/segments', route => route.abort());
    await open();
    await eventually(() => panel('Loyalty tiers').getByRole('alert').textContent()).toContain(
      `The clustering-service does not answer at ${servicesUrl}. Is it running?`,
    );
  });

  it('can be used by keyboard alone and fits a phone', async () => {
    await open('customer/17850');
    await eventually(() => panel('Tier').textContent()).toContain('Gold');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement?.textContent')).toBe('Skip to content');
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of ['overview', 'customer/17850', 'product/85123A', 'audiences', 'webhooks/w1', 'promotion/2']) {
      await page.goto(`${app.url}/#/${path}`);
      await eventually(() => page.locator('[aria-busy=true]').count()).toBe(0);
      expect(
        await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
        path,
      ).toBe(0);
    }
  });
});
