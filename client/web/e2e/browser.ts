// One headless Chromium and its pages; a page that complains (script errors, broken policy) fails the test.
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { HTTP } from './farm';

const EXECUTABLE = process.env.EDGERACK_CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, headless: true, args: FLAGS });
}

export interface Look {
  colours?: 'light' | 'dark';
  width?: number;
  height?: number;
}

export interface Tab {
  page: Page;
  complaints: string[];
}

export async function open(browser: Browser, look: Look = {}): Promise<Tab> {
  const context = await browser.newContext({
    baseURL: HTTP,
    viewport: { width: look.width ?? 1280, height: look.height ?? 900 },
    colorScheme: look.colours ?? 'light',
    reducedMotion: 'reduce',
    locale: 'en-US',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // A refused request is the page's to show; it is no mistake of the program.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) complaints.push(message.text());
  });
  return { page, complaints };
}

// By address, as a link that somebody sent.
export async function visit(page: Page, path: string, heading: string | RegExp): Promise<void> {
  await page.goto(path);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
}

// What a screen reader's user would stumble over: nothing serious or critical.
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof import('axe-core') }).axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
  });
  expect(found, page.url()).toEqual([]);
}

// Nothing reaches beyond the screen but what scrolls by itself.
export async function expectFits(page: Page): Promise<void> {
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(beyond, `${page.url()} is wider than its screen`).toBeLessThanOrEqual(0);
}
