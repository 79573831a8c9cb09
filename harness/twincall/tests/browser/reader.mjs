// A page of a report in headless Chromium, for a script that uses it:
//
//     node SCRIPT.mjs PLAYWRIGHT CHROMIUM PAGE EXPECTED.json
//
// PLAYWRIGHT is the folder of the package playwright-core. EXPECTED says what the page holds. A script ends with 1 and the
// reason at the first thing that is not as it should be, errors of the page and requests among them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

// A machine that is busy with other tests takes its time.
const PATIENCE = 120_000;
const SWITCHES = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];

export const reader = async () => {
  const [playwright, executablePath, file, expectedFile] = process.argv.slice(2);
  const { chromium } = createRequire(import.meta.url)(playwright);
  const expected = JSON.parse(readFileSync(expectedFile, 'utf8'));
  const address = pathToFileURL(file).href;
  const browser = await chromium.launch({ executablePath, args: SWITCHES, timeout: PATIENCE });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const wrong = [];
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) wrong.push(`console: ${message.text()}`); });
  page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => { wrong.push(`a text of a fixture ran: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith('data:') && !url.startsWith(address)) wrong.push(`request: ${url}`);
  });
  const ready = () => page.waitForFunction(() => document.body.dataset.ready === 'true');
  const shown = async () => Number((await page.locator('#shown').textContent()).match(/^\d+/)[0]);
  const open = async (hash = '') => { await page.goto('about:blank'); await page.goto(address + hash); await ready(); };
  const end = async () => { await browser.close(); assert.deepEqual(wrong, []); };
  return { page, expected, file, open, shown, ready, end };
};
