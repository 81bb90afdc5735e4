// With the keyboard alone, in chosen colours, and how much is loaded.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { launch, open, settled, visit } from './browser';
import * as farm from './farm';

const MOST_FIRST_LOAD_BYTES = 300_000; // as it goes over the wire

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

it('can be used with the keyboard alone', async () => {
  const { page } = await open(browser);
  await visit(page, '/', 'Overview');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Skip to the content');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
  await page.getByRole('link', { name: 'Results', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Results' }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  expect(await page.getByRole('link', { name: 'Results', exact: true }).getAttribute('aria-current')).toBe('page');
});

it('keeps the colours that were chosen', async () => {
  const { page } = await open(browser);
  await visit(page, '/', 'Overview');
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  await page.getByRole('button', { name: /Colours: system/ }).click();
  await page.getByRole('button', { name: /Colours: light/ }).click();
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.reload();
  await page.getByRole('button', { name: /Colours: dark/ }).waitFor();
  expect(await ground()).toBe(dark);
});

it('loads little, from its own server only, and keeps it', async () => {
  const { page } = await open(browser);
  const hosts = new Set<string>();
  page.on('request', (request) => hosts.add(new URL(request.url()).origin));
  await visit(page, '/', 'Overview');
  await settled(page);
  const files = await page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map((entry) => {
      const { name, transferSize } = entry as PerformanceResourceTiming;
      return { name, bytes: transferSize };
    }),
  );
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  console.log(`first load: ${total} bytes in ${files.length} requests`);
  expect(total).toBeGreaterThan(10_000);
  expect(total).toBeLessThan(MOST_FIRST_LOAD_BYTES);
  expect([...hosts]).toEqual([farm.HTTP]);
  const script = files.find(({ name }) => name.endsWith('.js'))!;
  const answer = await fetch(script.name);
  expect(answer.headers.get('cache-control')).toContain('immutable');
  expect(answer.headers.get('content-encoding')).toBe('gzip');
});
