// A model that got slower: the same name, another file.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { launch, open, visit } from './browser';
import { expectAccessible } from './checks';
import * as farm from './farm';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

it('marks a regression that the next run confirms', async () => {
  const { page, complaints } = await open(browser);
  const quick = await farm.upload('models', farm.MODEL, 'trend.tflite');
  // The server keeps the first name of a file, so the walk's model keeps its own; results carry the job's.
  const name = (await farm.run(quick, 'virtual-f746'))[0]!.model_display_name!;
  for (let i = 0; i < 2; ++i) await farm.run(quick, 'virtual-f746');
  const slow = await farm.upload('models', farm.FLOAT_MODEL, name);
  const first = (await farm.run(slow, 'virtual-f746'))[0]!;
  const second = (await farm.run(slow, 'virtual-f746'))[0]!;
  expect(first.model_display_name).toBe(name);

  await visit(page, '/trends', 'Trends');
  await page.getByLabel('Model').selectOption(name);
  await page.getByLabel('Board').selectOption('virtual-f746');
  await page.getByRole('img', { name: /^Trend: \d+ estimated medians .* 1 confirmed change/ }).waitFor();
  const change = page.getByRole('region', { name: 'Changes' }).getByRole('listitem');
  const percent = (first.latency!.median_ms! + second.latency!.median_ms!) / 2;
  expect(await change.innerText()).toMatch(/^Regression of \+\d/);
  expect(await change.getByRole('link').innerText()).toBe(`${first.latency!.median_ms!.toFixed(3)} ms`);
  expect(percent).toBeGreaterThan(0);
  expect(await page.locator('.uplot canvas').count()).toBe(1);
  await expectAccessible(page);
  await change.getByRole('link').click();
  await page.waitForURL(`**/results/${first.id}`);
  expect(complaints).toEqual([]);
});
