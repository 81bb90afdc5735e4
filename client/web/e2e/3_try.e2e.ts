// Drawing a digit, with pointer and keyboard, and the board's answer.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { realValues } from '../src/reading/tensor_values';
import type { ResultOutputs } from '../src/api/types';
import { launch, open, visit } from './browser';
import { expectAccessible } from './checks';
import * as farm from './farm';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

// Strokes in parts of the canvas, 0..1.
async function draw(page: Page, ...strokes: [number, number][][]): Promise<void> {
  const box = (await page.getByLabel('Canvas for a digit').boundingBox())!;
  for (const stroke of strokes) {
    const [begin, ...rest] = stroke.map(([x, y]): [number, number] => [box.x + x * box.width, box.y + y * box.height]);
    await page.mouse.move(...begin!);
    await page.mouse.down();
    for (const to of rest) await page.mouse.move(...to, { steps: 8 });
    await page.mouse.up();
  }
}

// Asks the board; the digit that the page shows, after checking that it is what the board's outputs say.
async function answer(page: Page): Promise<number> {
  const before = await page.locator('.answer a').allInnerTexts();
  await page.getByRole('button', { name: 'Ask the board' }).click();
  await page.waitForFunction((old) => {
    const link = document.querySelector('.answer a');
    return link && link.textContent !== old;
  }, before[0] ?? '');
  const id = await page.locator('.answer a').innerText();
  const { outputs = [] } = await farm.api<ResultOutputs>(`/v1/results/${id}/outputs`);
  const values = realValues(outputs[0]!.tensor!, outputs[0]!.data!);
  const shown = Number((await page.locator('.answer-class').innerText()).replace(/\D/g, ''));
  expect(shown).toBe(values.indexOf(Math.max(...values)));
  const { latency } = await farm.result(id);
  expect(await page.locator('.answer-latency').innerText()).toContain(`${latency!.median_ms!.toFixed(3)} ms estimated`);
  return shown;
}

it('shows the board’s answer to what is drawn', async () => {
  const { page, complaints } = await open(browser);
  await visit(page, '/try', 'Try it');
  await page.getByLabel('Model').selectOption({ label: 'digits_int8.tflite, 8×8' });
  await page.getByRole('combobox', { name: 'Board', exact: true }).selectOption('virtual-f746');
  await page.getByRole('button', { name: 'Ask the board' }).click();
  await page.getByText('NOTHING_DRAWN').waitFor();
  // A zero: round about.
  const circle = Array.from({ length: 25 }, (_, i): [number, number] => [
    0.5 + 0.24 * Math.cos((i / 24) * 2 * Math.PI), 0.5 + 0.34 * Math.sin((i / 24) * 2 * Math.PI),
  ]);
  await draw(page, circle);
  expect(await answer(page)).toBe(0);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Draw one for me' }).click();
  expect(await answer(page)).toBe(3);
  await page.getByRole('button', { name: 'Clear' }).click();
  // With the keyboard: a bar downwards.
  await page.getByLabel('Canvas for a digit').focus();
  for (let i = 0; i < 7; ++i) await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Space');
  for (let i = 0; i < 14; ++i) await page.keyboard.press('ArrowDown');
  expect(await answer(page)).toBe(1);
  expect(complaints).toEqual([]);
});
