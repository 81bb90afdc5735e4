// One headless Chromium and its pages; a page that complains (script errors, broken policy) fails the test.
import { chromium, type Browser, type Page } from 'playwright-core';
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

// Until everything that the page asked for is there.
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => !document.querySelector('.loading'));
}
