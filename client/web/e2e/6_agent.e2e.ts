// The agent dies while somebody looks, and comes back. The server takes an agent for silent after half a minute;
// meanwhile every page is looked at on a phone, in the dark (the walk saw them on a desk, in the light).
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChildProcess } from 'node:child_process';
import type { Browser, Page } from 'playwright-core';
import type { Job, Result } from '../src/api/types';
import { launch, open, settled, visit } from './browser';
import { expectAccessible, expectFits } from './checks';
import * as farm from './farm';

const SILENT_MS = 60_000; // with room for a slow machine

let browser: Browser;
let overview: Page;
let board: Page;
let agent: ChildProcess | undefined;

beforeAll(async () => {
  browser = await launch();
  overview = (await open(browser)).page;
  board = (await open(browser)).page;
  await visit(overview, '/', 'Overview');
  await visit(board, '/boards/virtual-f746', 'virtual-f746');
  await board.locator('.big-state').getByText('idle').waitFor();
  expect(await overview.getByRole('region', { name: 'Needs somebody' }).getByText('virtual-f746').count()).toBe(0);
  farm.killAgent();
});
afterAll(async () => {
  agent?.kill();
  await browser.close();
});

it('every page fits a phone and can be read in the dark', async () => {
  const { results } = await farm.api<{ results: Result[] }>('/v1/results?page_size=2&model_display_name=digits_int8.tflite');
  const { jobs } = await farm.api<{ jobs: Job[] }>('/v1/jobs?page_size=1');
  const [a, b] = results as [Result, Result];
  const pages: [path: string, heading: RegExp][] = [
    ['/', /Overview/], ['/boards', /Boards/], [`/boards/${a.board!.id}`, /virtual/], ['/jobs', /Jobs/],
    [`/jobs/${jobs[0]!.id}`, /Job: /], ['/results', /Results/], [`/results/${a.id}`, /digits/],
    [`/compare?a=${a.id}&b=${b.id}`, /Compare/], ['/trends?model=digits_int8.tflite&board=virtual-f746', /Trends/],
    ['/suites', /Suites/], ['/suites/walk', /Walk/], ['/submit', /Submit/], ['/try', /Try/], ['/no/such/page', /No such page/],
  ];
  const { page, complaints } = await open(browser, { width: 390, height: 844, colours: 'dark' });
  for (const [path, heading] of pages) {
    await visit(page, path, heading);
    await settled(page);
    await expectFits(page);
    await expectAccessible(page);
  }
  expect(complaints).toEqual([]);
}, 90_000);

it('boards of a killed agent are shown as offline, and their return', async () => {
  await board.locator('.big-state').getByText('offline').waitFor({ timeout: SILENT_MS });
  const { reason } = (await farm.boards()).find((one) => one.id === 'virtual-f746')!;
  await board.locator('.big-state').getByText(reason!).waitFor();
  const attention = overview.getByRole('region', { name: 'Needs somebody' });
  for (const one of await farm.boards()) await attention.getByRole('link', { name: one.id! }).waitFor();
  await expectAccessible(board);
  agent = farm.startAgent();
  await board.locator('.big-state').getByText('idle').waitFor({ timeout: SILENT_MS });
}, 150_000);
