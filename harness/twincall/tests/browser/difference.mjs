// Uses the page of what changed between two runs as a reader would. See reader.mjs for the arguments.
import assert from 'node:assert/strict';

import { reader } from './reader.mjs';

const { page, expected, open, shown, end } = await reader();

await open();
assert.equal(await page.locator('.answer').textContent(), expected.answer);
assert.equal(await shown(), expected.names.length);
await page.locator('#rule').selectOption(expected.kind);
assert.equal(await shown(), expected.ofKind);
await page.locator('#rule').selectOption('');

// Every case says what changed, and draws both runs where a type or a call is otherwise.
for (const name of expected.names) {
  await page.evaluate((name) => { location.hash = '#case=' + encodeURIComponent(name); }, name);
  await page.waitForFunction((name) => document.getElementById('case').dataset.ready === name, name);
  const text = await page.locator('#case').textContent();
  for (const change of expected.changes[name]) assert.ok(text.includes(change), `${name}: ${change} is not in ${text}`);
}
await open('#case=' + encodeURIComponent(expected.drawn));
for (const [selector, least] of Object.entries({ 'figure svg': expected.figures, 'svg .differs': 1 })) {
  const count = await page.locator(`#case ${selector}`).count();
  assert.ok(count >= least, `${count} of ${selector} where ${least} are expected`);
}
await page.keyboard.press('Escape');
await page.waitForFunction(() => !document.getElementById('summary').hidden);
await end();
