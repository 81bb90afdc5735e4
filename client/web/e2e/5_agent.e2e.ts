// The agent dies while somebody looks, and comes back.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChildProcess } from 'node:child_process';
import type { Browser } from 'playwright-core';
import { launch, open, visit } from './browser';
import { expectAccessible } from './checks';
import * as farm from './farm';

let browser: Browser;
let agent: ChildProcess | undefined;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  agent?.kill();
  await browser.close();
});

it('shows boards of a killed agent as offline, and their return', async () => {
  const overview = (await open(browser)).page;
  const board = (await open(browser)).page;
  await visit(overview, '/', 'Overview');
  await visit(board, '/boards/virtual-f746', 'virtual-f746');
  await board.locator('.big-state').getByText('idle').waitFor();
  expect(await overview.getByRole('region', { name: 'Needs somebody' }).getByText('virtual-f746').count()).toBe(0);

  farm.killAgent();
  await board.locator('.big-state').getByText('offline').waitFor();
  const { reason } = (await farm.boards()).find((one) => one.id === 'virtual-f746')!;
  await board.locator('.big-state').getByText(reason!).waitFor();
  const attention = overview.getByRole('region', { name: 'Needs somebody' });
  for (const one of await farm.boards()) await attention.getByRole('link', { name: one.id! }).waitFor();
  await expectAccessible(board);

  agent = farm.startAgent();
  await board.locator('.big-state').getByText('idle').waitFor();
});
