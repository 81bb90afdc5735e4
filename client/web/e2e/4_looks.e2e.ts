// Every page on a phone and in the dark, with the keyboard alone, and how much is loaded.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import type { Job, Result } from '../src/api/types';
import { launch, open, settled, visit } from './browser';
import { expectAccessible, expectFits } from './checks';
import * as farm from './farm';

const MOST_FIRST_LOAD_BYTES = 300_000; // as it goes over the wire

let browser: Browser;
let paths: [path: string, heading: RegExp][];

beforeAll(async () => {
  browser = await launch();
  const { results } = await farm.api<{ results: Result[] }>('/v1/results?page_size=2&model_display_name=digits_int8.tflite');
  const { jobs } = await farm.api<{ jobs: Job[] }>('/v1/jobs?page_size=1');
  const [a, b] = results as [Result, Result];
  paths = [
    ['/', /Overview/], ['/boards', /Boards/], [`/boards/${a.board!.id}`, /virtual/], ['/jobs', /Jobs/],
    [`/jobs/${jobs[0]!.id}`, /Job: /], ['/results', /Results/], [`/results/${a.id}`, /digits/],
    [`/compare?a=${a.id}&b=${b.id}`, /Compare/], ['/trends?model=digits_int8.tflite&board=virtual-f746', /Trends/],
    ['/submit', /Submit/], ['/try', /Try/], ['/no/such/page', /No such page/],
  ];
});
afterAll(() => browser.close());

describe.each([
  ['a phone in the dark', { width: 390, height: 844, colours: 'dark' as const }],
  ['a desk in the dark', { colours: 'dark' as const }],
])('on %s', (_, look) => {
  it('every page fits and can be read', async () => {
    const { page, complaints } = await open(browser, look);
    for (const [path, heading] of paths) {
      await visit(page, path, heading);
      await settled(page);
      await expectFits(page);
      await expectAccessible(page);
    }
    expect(complaints).toEqual([]);
  });
});

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
