// Through every page, on results that this walk made.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { launch, open, type Tab, visit } from './browser';
import { expectAccessible } from './checks';
import type { Comparison } from '../src/api/types';
import { shortLayerName } from '../src/reading/layer_name';
import * as farm from './farm';

let browser: Browser;
let tab: Tab;
let page: Page;
const made: { first?: string; second?: string; other?: string; again?: string } = {}; // ids of results

beforeAll(async () => {
  browser = await launch();
  tab = await open(browser);
  page = tab.page;
});
afterAll(() => browser.close());
afterEach(() => expect(tab.complaints).toEqual([]));

// A cell of the row that has `name` as its header, by the column's title.
async function cell(table: string, name: string | RegExp, column: string): Promise<string> {
  const found = page.getByRole('table', { name: table });
  const titles = await found.locator('thead th').allInnerTexts();
  const row = found.locator('tbody tr').filter({ has: page.getByRole('rowheader', { name }) });
  return (await row.first().locator('th, td').nth(titles.indexOf(column)).innerText()).trim();
}

const idIn = (url: string) => new URL(url).pathname.split('/').at(-1)!;

async function chooseFile(label: string, file: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).setInputFiles(file);
}

async function waitForResults(): Promise<void> {
  await page.getByRole('table', { name: 'Results of this job' }).waitFor();
}

describe('an empty farm', () => {
  it('shows the boards that its agent has, and what to do next', async () => {
    await visit(page, '/', 'Overview');
    for (const board of await farm.boards()) await page.getByRole('link', { name: board.id! }).first().waitFor();
    await page.getByText('No model has run yet').waitFor();
    await page.getByText('edgerack run MODEL --board virtual-f746').waitFor();
    await expectAccessible(page);
  });
  it('says so on the lists, too', async () => {
    await visit(page, '/results', 'Results');
    await page.getByText('No model has run yet').waitFor();
    await visit(page, '/jobs', 'Jobs');
    await page.getByText('There is no job yet').waitFor();
  });
});

describe('submit', () => {
  it('refuses an option in the server’s words', async () => {
    await visit(page, '/submit', 'Submit a model');
    await chooseFile('Model file', farm.MODEL);
    await page.getByRole('radio', { name: /virtual-f746/ }).check();
    await page.getByRole('button', { name: 'Add an option' }).click();
    await page.getByLabel('Option 1, name').fill('samples');
    await page.getByLabel('Option 1, value').fill('many');
    await page.getByRole('button', { name: 'Submit the job' }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('BAD_OPTION').waitFor();
    expect(await alert.innerText()).toMatch(/option samples=many: expected a whole number.*Next:.*options/s);
    await expectAccessible(page);
  });
  it('takes a model that is dropped, and follows the job to its result', async () => {
    await visit(page, '/submit?board=virtual-f746', 'Submit a model');
    const bytes = (await import('node:fs')).readFileSync(farm.MODEL).toString('base64');
    const dropped = await page.evaluateHandle((data) => {
      const transfer = new DataTransfer();
      const content = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
      transfer.items.add(new File([content], 'digits_int8.tflite'));
      return transfer;
    }, bytes);
    await page.locator('.drop').first().dispatchEvent('drop', { dataTransfer: dropped });
    await page.getByText('digits_int8.tflite').waitFor();
    await chooseFile('Dataset', farm.DATASET);
    await page.getByRole('button', { name: 'Add an option' }).click();
    await page.getByLabel('Option 1, name').fill('board_samples');
    await page.getByLabel('Option 1, value').fill('10');
    await page.getByRole('button', { name: 'Submit the job' }).click();
    await page.getByRole('heading', { level: 1, name: 'Job: digits_int8.tflite' }).waitFor();
    await page.locator('.stage.now').first().waitFor();
    await waitForResults();
    expect(await page.locator('.stage.now').count()).toBe(0);
    const job = await farm.api<{ state: string }>(`/v1/jobs/${idIn(page.url())}`);
    expect(job.state).toBe('SUCCEEDED');
    expect(await cell('Results of this job', 'digits_int8.tflite', 'Equals host')).toBe('10 of 10');
    await expectAccessible(page);
    await page.getByRole('link', { name: 'digits_int8.tflite' }).click();
    await page.getByRole('heading', { level: 1, name: 'digits_int8.tflite', exact: true }).waitFor();
    made.first = idIn(page.url());
  });
});

describe('a result', () => {
  it('shows the figures that the server has, estimates as such', async () => {
    const result = await farm.result(made.first!);
    const figures = (await page.locator('.figures').innerText()).replace(/\s+/g, ' ');
    expect(figures).toContain(`Latency ${result.latency!.median_ms!.toFixed(3)} ms estimated`);
    expect(figures).toContain(`Cycles ${result.cycles!.median!.toLocaleString('en-US')} estimated`);
    expect(figures).toContain(`Instructions ${result.instructions!.toLocaleString('en-US')}`);
    expect(figures).toContain(`Top-1 ${(result.accuracy!.top1! * 100).toFixed(1)} %`);
    expect(figures).toContain('Equals the host 10 / 10');
    await page.getByText(result.issues![0]!.message!).waitFor();
  });
  it('has a row for each layer, heaviest first when asked', async () => {
    const { layers = [] } = await farm.result(made.first!);
    const table = page.getByRole('table', { name: /Layers/ });
    expect(await table.locator('tbody tr').count()).toBe(layers.length);
    const stem = layers[0]!;
    expect(await cell('Layers with their estimated cycles', new RegExp(shortLayerName(stem.name)), 'Cycles')).toBe(stem.cycles!.toLocaleString('en-US'));
    await page.getByRole('button', { name: 'Heaviest first' }).click();
    const heaviest = [...layers].sort((a, b) => b.cycles! - a.cycles!)[0]!;
    expect(await table.locator('tbody th').first().innerText()).toContain(shortLayerName(heaviest.name));
  });
  it('maps the memories, draws the samples, names remedies and provenance', async () => {
    const result = await farm.result(made.first!);
    const memory = page.getByRole('region', { name: 'Memory', exact: true });
    expect(await memory.locator('dt').allInnerTexts()).toEqual(result.memory!.regions!.map((region) => region.name));
    await page.getByRole('img', { name: new RegExp(`^Histogram: ${result.latency!.samples_ms!.length} estimated runs`) }).waitFor();
    const explanation = await farm.api<{ causes: { code: string; fix: string }[] }>(`/v1/results/${made.first}/explanation`);
    for (const cause of explanation.causes) {
      await page.getByText(cause.code, { exact: true }).waitFor();
      await page.getByText(cause.fix.replaceAll('`', '')).waitFor();
    }
    for (const hash of [result.provenance!.model_sha256!, result.provenance!.package_sha256!]) {
      await page.getByText(hash).waitFor();
    }
    await expectAccessible(page);
  });
});

describe('results and compare', () => {
  it('are filtered by the address', async () => {
    const model = `models/${(await farm.result(made.first!)).provenance!.model_sha256}`;
    made.second = (await farm.run(model, 'virtual-f746', { arena: 'DTCM' }))[0]!.id!;
    made.other = (await farm.run(model, 'virtual-h743'))[0]!.id!;
    await visit(page, '/results', 'Results');
    await page.getByRole('checkbox').nth(2).waitFor();
    expect(await page.locator('tbody tr').count()).toBe(3);
    await page.getByLabel('Board').selectOption('virtual-h743');
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
    expect(page.url()).toContain('board=virtual-h743');
    await page.reload();
    await page.getByRole('link', { name: 'digits_int8.tflite' }).waitFor();
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.getByLabel('Verdict').selectOption('INVALID');
    await page.getByText('No result is like that').waitFor();
    await visit(page, '/results?board=virtual-f746', 'Results');
    await page.getByRole('checkbox').first().check();
    await page.getByRole('checkbox').nth(1).check();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Compare the two' }).click();
    await page.getByRole('heading', { level: 1, name: 'Compare' }).waitFor();
  });
  it('compares like with like, layer by layer', async () => {
    const model = `models/${(await farm.result(made.first!)).provenance!.model_sha256}`;
    made.again = (await farm.run(model, 'virtual-f746'))[0]!.id!;
    await visit(page, `/compare?a=${made.first}&b=${made.again}`, 'Compare');
    const [a, b] = [await farm.result(made.first!), await farm.result(made.again)];
    const table = 'Cycles of each layer in both';
    await page.getByRole('table', { name: table }).waitFor();
    for (const [i, layer] of a.layers!.entries()) {
      const name = new RegExp(shortLayerName(layer.name));
      expect(await cell(table, name, 'A, cycles')).toBe(layer.cycles!.toLocaleString('en-US'));
      expect(await cell(table, name, 'B, cycles')).toBe(b.layers![i]!.cycles!.toLocaleString('en-US'));
    }
    await expectAccessible(page);
  });
  it('refuses what is not alike, says why, and takes it when it was meant', async () => {
    await visit(page, `/compare?a=${made.first}&b=${made.second}`, 'Compare');
    const alert = page.getByRole('alert');
    await alert.getByText('These two are not compared').waitFor();
    const comparison = () => farm.api<Comparison>(`/v1/results/${made.second}:compare?baseline=results/${made.first}`);
    const { refusals = [] } = await comparison();
    expect(refusals.length).toBeGreaterThan(0);
    for (const one of refusals) await alert.getByText(one.message!).waitFor();
    expect(await page.getByRole('table', { name: 'Cycles of each layer in both' }).count()).toBe(0);
    await expectAccessible(page);
    for (let i = refusals.length; i > 0; --i) {
      const link = page.getByRole('link', { name: 'it was meant' });
      await link.first().click();
      await page.waitForFunction((left) => document.querySelectorAll('.notice.bad tbody tr').length < left, i);
    }
    await page.getByRole('table', { name: 'Cycles of each layer in both' }).waitFor();
  });
});

describe('boards', () => {
  it('are listed with state and health', async () => {
    await visit(page, '/boards', 'Boards');
    await page.getByRole('link', { name: 'virtual-h743' }).waitFor();
    expect(await cell('Boards of the farm', /virtual-f746/, 'State and health')).toMatch(/idle/);
    await expectAccessible(page);
  });
  it('have a page with their history', async () => {
    await page.getByRole('link', { name: 'virtual-h743' }).click();
    await page.getByRole('heading', { level: 1, name: 'virtual-h743' }).waitFor();
    const history = page.getByRole('table', { name: 'The newest results of virtual-h743' });
    await history.waitFor();
    expect(await history.getByRole('link', { name: 'digits_int8.tflite' }).getAttribute('href')).toBe(`/results/${made.other}`);
    await page.getByRole('table', { name: 'Memories of the chip' }).waitFor();
    await expectAccessible(page);
  });
});

describe('a job that fails', () => {
  it('says who has to act, the code, and what to do', async () => {
    const model = await farm.upload('datasets', farm.MODEL, 'x').then(() =>
      farm.api<{ name: string }>('/v1/models?display_name=noise.tflite', {
        method: 'POST', headers: { 'Content-Type': 'application/octet-stream' }, body: 'this is no model at all',
      }),
    );
    const failed = farm.run(model.name, 'virtual-f746');
    await expect(failed).rejects.toThrow();
    await visit(page, '/jobs', 'Jobs');
    await page.getByRole('link', { name: 'noise.tflite' }).click();
    const alert = page.getByRole('alert').first();
    await alert.getByText('user', { exact: true }).waitFor();
    const { jobs } = await farm.api<{ jobs: { error: { code: string; message: string } }[] }>('/v1/jobs?page_size=1');
    expect(await alert.innerText()).toContain(jobs[0]!.error.code);
    expect(await alert.innerText()).toContain(jobs[0]!.error.message);
    await expectAccessible(page);
  });
});
