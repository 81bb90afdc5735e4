// How long pages take until they can be used, in headless Chromium with an empty cache: tests/bench/many_results.py
// runs this beside a server with very many results.
import { launch, open } from '../e2e/browser';
import * as farm from '../e2e/farm';
import type { Result } from '../src/api/types';

const ROUNDS = 5;

const { results } = await farm.api<{ results: Result[] }>('/v1/results?page_size=1&view=BASIC');
const newest = results[0]!;
const model = encodeURIComponent(newest.model_display_name!);
const PAGES: [name: string, path: string, usable: string][] = [
  ['overview', '/', 'tbody tr th a'],
  ['results', '/results', 'tbody tr th a'],
  ['results of a board', `/results?board=${newest.board!.id}`, 'tbody tr th a'],
  ['results of a verdict', '/results?verdict=VALID', 'tbody tr th a'],
  ['jobs', '/jobs', 'tbody tr th a'],
  ['a result', `/results/${newest.id}`, '.layers tbody tr'],
  ['trends', `/trends?model=${model}&board=${newest.board!.id}`, '.uplot canvas'],
];

const browser = await launch();
console.log('page                   median, s  slowest, s');
for (const [name, path, usable] of PAGES) {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; ++round) {
    const { page } = await open(browser);
    const began = performance.now();
    await page.goto(path, { waitUntil: 'commit' });
    await page.locator(usable).first().waitFor();
    times.push((performance.now() - began) / 1000);
    await page.context().close();
  }
  times.sort((a, b) => a - b);
  console.log(`${name.padEnd(22)} ${times[ROUNDS >> 1]!.toFixed(2).padStart(9)}  ${times.at(-1)!.toFixed(2).padStart(10)}`);
}
await browser.close();
