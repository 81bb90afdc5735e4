// What every page must be.
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

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
