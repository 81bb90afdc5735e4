// The pictures of README and docs, of runs that this script makes on a farm of virtual boards:
//
//   ./dev up --dir /tmp/pictures && EDGERACK_E2E_HTTP=http://127.0.0.1:7701 \
//     client/web/node_modules/.bin/vite-node client/web/scripts/screenshots.ts docs/images
//
// Every picture is of what the server answered; nothing is staged but the order of the runs.
import { join } from 'node:path';
import { launch, type Look, open, settled, visit } from '../e2e/browser';
import * as farm from '../e2e/farm';

const out = process.argv[2] ?? 'docs/images';
const BOARD = 'virtual-f746';
const NAME = 'digits_int8.tflite';

async function makeRuns() {
  const dataset = await farm.upload('datasets', farm.DATASET, 'digits.npz');
  const model = await farm.upload('models', farm.MODEL, NAME);
  const long = { samples: '20', warmup: '2', board_samples: '100' };
  const usual = (await farm.run(model, BOARD, long, dataset))[0]!;
  const dtcm = (await farm.run(model, BOARD, { ...long, arena: 'DTCM' }, dataset))[0]!;
  await farm.run(model, 'virtual-h743', long, dataset);
  for (let i = 0; i < 3; ++i) await farm.run(model, BOARD);
  const float = await farm.upload('models', farm.FLOAT_MODEL, NAME);
  for (let i = 0; i < 4; ++i) await farm.run(float, BOARD);
  return { usual, dtcm };
}

const { usual, dtcm } = await makeRuns();
const browser = await launch();

async function picture(name: string, path: string, heading: RegExp, look: Look, wait?: string) {
  const { page } = await open(browser, look);
  await visit(page, path, heading);
  await settled(page);
  if (wait) await page.locator(wait).first().waitFor();
  await page.screenshot({ path: join(out, `${name}.png`) });
  return page;
}

const desk = { width: 1280, height: 860 };
const phone = { width: 390, height: 844 };
await picture('dashboard-overview', '/', /Overview/, desk);
await picture('dashboard-result', `/results/${usual.id}`, /digits/, { width: 1280, height: 1240 });
await picture('dashboard-result-dark', `/results/${usual.id}`, /digits/, { ...desk, colours: 'dark' });
await picture('dashboard-compare', `/compare?a=${usual.id}&b=${dtcm.id}&allow=OPTIONS_DIFFER&allow=PLACEMENT_DIFFERS`, /Compare/, { width: 1280, height: 1100 });
await picture('dashboard-trends', `/trends?model=${NAME}&board=${BOARD}`, /Trends/, { ...desk, colours: 'dark' }, '.uplot canvas');
await picture('dashboard-phone', `/results/${usual.id}`, /digits/, { ...phone, colours: 'dark' });
await picture('dashboard-submit', '/submit', /Submit/, desk);
const drawing = await picture('dashboard-try', `/try?board=${BOARD}`, /Try/, { width: 1280, height: 760 });
await drawing.getByRole('button', { name: 'Draw one for me' }).click();
await drawing.getByRole('button', { name: 'Ask the board' }).click();
await drawing.locator('.answer a').waitFor();
await drawing.screenshot({ path: join(out, 'dashboard-try.png') });
await browser.close();
