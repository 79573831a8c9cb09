// Opens pages of the HTML report in headless Chromium and uses them as a reader would.
//
//     node report.mjs PLAYWRIGHT CHROMIUM PAGE EXPECTED.json
//
// PLAYWRIGHT is the folder of the package playwright-core. EXPECTED says what the page holds. Ends with 1 and the reason at
// the first thing that is not as it should be; prints what was measured.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [playwright, executablePath, file, expectedFile] = process.argv.slice(2);
const { chromium } = createRequire(import.meta.url)(playwright);
const expected = JSON.parse(readFileSync(expectedFile, 'utf8'));
const address = pathToFileURL(file).href;

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'] });
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const page = await context.newPage();
const wrong = [];
page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) wrong.push(`console: ${message.text()}`); });
page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
page.on('dialog', (dialog) => { wrong.push(`a text of a fixture ran: ${dialog.message()}`); dialog.dismiss(); });
page.on('request', (request) => { if (!/^(file|data):/.test(request.url()) || !request.url().startsWith(address) && request.url().startsWith('file:')) wrong.push(`request: ${request.url()}`); });

const ready = () => page.waitForFunction(() => document.body.dataset.ready === 'true');
const shown = async () => Number((await page.locator('#shown').textContent()).match(/^\d+/)[0]);
const open = async (hash = '') => { await page.goto('about:blank'); await page.goto(address + hash); await ready(); };

const start = performance.now();
await open();
const opened = performance.now() - start;

// The summary.
assert.equal(await page.locator('.answer').textContent(), expected.answer);
assert.equal(await shown(), expected.rows);
const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
assert.ok(nodes < 3000, `${nodes} elements for ${expected.rows} cases: rows out of view exist`);

// Filters, and their place in the URL.
const before = performance.now();
await page.locator('#q').fill(expected.filter);
const filtered = performance.now() - before;
assert.equal(await shown(), expected.filtered);
assert.ok(page.url().includes('q='), page.url());
await page.reload();
await ready();
assert.equal(await page.locator('#q').inputValue(), expected.filter, 'the filter is in the URL');
assert.equal(await shown(), expected.filtered);
await page.locator('#q').fill('');
await page.locator('#verdict').selectOption(expected.verdict);
assert.equal(await shown(), expected.ofVerdict);
await page.locator('#verdict').selectOption('');
await page.locator('#q').fill('no such case at all');
assert.equal(await shown(), 0);
assert.ok(await page.locator('#table .empty').isVisible());
await page.locator('#q').fill('');

// The end of the list comes into view.
await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
await page.waitForFunction((name) => [...document.querySelectorAll('.row .name')].some((one) => one.textContent === name), expected.last);
await page.evaluate(() => scrollTo(0, 0));

// The keyboard alone: filter, choose, open, next target, back.
await page.locator('h1').click();
await page.keyboard.press('/');
assert.equal(await page.evaluate(() => document.activeElement.id), 'q');
await page.keyboard.type(expected.open);
await page.keyboard.press('ArrowDown');
// What scrolling draws again keeps the focus.
await page.evaluate(() => dispatchEvent(new Event('scroll')));
assert.equal(await page.evaluate(() => document.activeElement.className), 'row');
await page.keyboard.press('Enter');
await page.waitForFunction((name) => document.getElementById('case').dataset.ready === name, expected.open);
assert.equal(await page.locator('#case h2').textContent(), expected.open);
assert.equal(await page.locator('#summary').isVisible(), false);
for (const [selector, least] of Object.entries(expected.drawn)) {
  const count = await page.locator(`#case ${selector}`).count();
  assert.ok(count >= least, `${count} of ${selector} where ${least} are expected`);
}
const tabs = page.locator('#case .tabs a');
for (let at = 0; at < await tabs.count(); at += 1) {
  await tabs.nth(at).click();
  await page.waitForFunction((number) => document.querySelectorAll('#case .tabs a')[number]?.getAttribute('aria-current') === 'page', at);
}
for (const detail of await page.locator('#case details > summary').all()) await detail.click();
await page.keyboard.press('Escape');
await page.waitForFunction(() => !document.getElementById('summary').hidden);

// Every case opens, or the first hundred of many.
for (const name of expected.names.slice(0, 100)) {
  await page.evaluate((name) => { location.hash = '#case=' + encodeURIComponent(name); }, name);
  await page.waitForFunction((name) => document.getElementById('case').dataset.ready === name, name);
}
await open('#case=no/such');
assert.match(await page.locator('#case').textContent(), /no such case/);

// Paper, the dark, and a telephone.
await open();
await page.emulateMedia({ colorScheme: 'dark' });
const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
await page.emulateMedia({ colorScheme: 'light' });
assert.notEqual(dark, await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
if (expected.rows <= 500) {
  const paper = await page.pdf();
  assert.ok(paper.length > 10_000, 'the printed page is empty');
}
await page.setViewportSize({ width: 400, height: 800 });
const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
assert.ok(wide <= 0, `the summary is ${wide} pixels wider than a telephone`);

assert.deepEqual(wrong, []);
await browser.close();
console.log(JSON.stringify({ bytes: statSync(file).size, elements: nodes, openMs: Math.round(opened), filterMs: Math.round(filtered) }));
