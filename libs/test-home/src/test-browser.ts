import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

/** Where Chromium lies: `CHROMIUM_PATH`, or where Debian's package puts it. */
export const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--no-first-run',
  '--disable-sync',
  '--disable-component-update',
];

/** A real Chromium with a profile of its own. */
export class TestBrowser {
  /** What pages complained of: uncaught errors, and errors they wrote to the console; failed calls are left to the page. */
  readonly complaints: string[] = [];

  private constructor(
    private readonly context: BrowserContext,
    private readonly profile: string,
  ) {}

  static async open(): Promise<TestBrowser> {
    const profile = await mkdtemp(join(tmpdir(), 'laurel-browser-'));
    const options = { executablePath: CHROMIUM, headless: true, args: FLAGS, viewport: { width: 1280, height: 900 } };
    return new TestBrowser(await chromium.launchPersistentContext(profile, options), profile);
  }

  async newPage(): Promise<Page> {
    const page = await this.context.newPage();
    page.on('console', message => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        this.complaints.push(message.text());
    });
    page.on('pageerror', error => this.complaints.push(error.message));
    return page;
  }

  async close(): Promise<void> {
    await this.context.close();
    await rm(this.profile, { recursive: true, force: true });
  }
}
