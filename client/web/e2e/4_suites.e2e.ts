// A suite: run by hand, looked at, accepted, run again.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import type { SuiteRun } from '../src/api/types';
import { launch, open, visit } from './browser';
import { expectAccessible } from './checks';
import * as farm from './farm';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

async function makeSuite(): Promise<void> {
  const model = await farm.upload('models', farm.MODEL, 'digits_int8.tflite');
  await farm.api('/v1/suites', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      id: 'walk', display_name: 'Walk', boards: ['virtual-f746'],
      models: [{ label: 'digits', model, options: { samples: '3', warmup: '0' } }],
    }),
  });
}

it('is run, read and accepted', async () => {
  const { page, complaints } = await open(browser);
  await visit(page, '/suites', 'Suites');
  await page.getByText('There is no suite yet').waitFor();
  await expectAccessible(page);
  await makeSuite();
  await page.getByRole('link', { name: 'Walk' }).click();
  await page.getByRole('heading', { level: 1, name: 'Walk' }).waitFor();
  await page.getByRole('button', { name: 'Run it now' }).click();
  await page.getByRole('heading', { level: 1, name: /walk, run 1/ }).waitFor();
  await page.getByRole('button', { name: 'Accept' }).waitFor();
  // With nothing before it the first run is only learnt from; the second is judged.
  await page.getByText('LEARNING').first().waitFor();
  await visit(page, '/suites/walk', 'Walk');
  await page.getByRole('button', { name: 'Run it now' }).click();
  await page.getByRole('heading', { level: 1, name: /walk, run 2/ }).waitFor();
  await page.getByRole('button', { name: 'Accept' }).waitFor();
  const path = new URL(page.url()).pathname;
  const run = await farm.api<SuiteRun>(`/v1${path}`);
  const one = run.cases![0]!;
  const row = page.getByRole('table', { name: 'Cases of the run' }).locator('tbody tr').first();
  expect(await row.innerText()).toContain(one.key!);
  expect(await row.innerText()).toContain(one.metric!.change!.value!.toLocaleString('en-US'));
  expect(await row.getByRole('link').last().getAttribute('href')).toBe(`/${one.results![0]}`);
  await expectAccessible(page);
  await page.getByLabel('Why').fill('the first of all');
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.getByText('Accepted for all cases').waitFor();
  const { baselines } = await farm.api<{ baselines: { reason: string }[] }>('/v1/suites/walk/baselines');
  expect(baselines[0]!.reason).toBe('the first of all');
  await page.getByRole('link', { name: one.key! }).first().click();
  await page.getByRole('img', { name: /^Trend: [12] runs/ }).waitFor();
  await page.getByRole('table', { name: 'Runs of this case, newest first' }).waitFor();
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});
