// Uses the page of a report as a reader would; prints what was measured. See reader.mjs for the arguments.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';

import { reader } from './reader.mjs';

const { page, expected, file, open, shown, ready, end } = await reader();

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
await page.locator('#alone').selectOption(expected.alone);
assert.equal(await shown(), expected.ofAlone);
assert.ok(page.url().includes('alone='), page.url());
await page.locator('#alone').selectOption('');
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

await end();
console.log(JSON.stringify({ bytes: statSync(file).size, elements: nodes, openMs: Math.round(opened), filterMs: Math.round(filtered) }));
