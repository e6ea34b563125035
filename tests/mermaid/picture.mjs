// SPDX-License-Identifier: Apache-2.0
// usage: node picture.mjs DIAGRAM.mmd PICTURE.svg|PICTURE.png ...
// Draws diagrams with the newest pinned Mermaid. A browser shows the SVG as a file of its own.
import { readFileSync, writeFileSync } from 'node:fs';
import { Browser } from './browser.mjs';
import { kVersions, open_page } from './mermaid.mjs';

const kSettings = { startOnLoad: false, theme: 'neutral', fontFamily: 'DejaVu Sans, Verdana, sans-serif', htmlLabels: true,
                    state: { useMaxWidth: false, wrappingWidth: 420 }, class: { useMaxWidth: false, htmlLabels: false } };

const files = process.argv.slice(2);
if (files.length === 0 || files.length % 2 !== 0) {
  console.error('usage: node picture.mjs DIAGRAM.mmd PICTURE.svg|PICTURE.png ...');
  process.exit(2);
}
const browser = new Browser();
try {
  for (let index = 0; index < files.length; index += 2) {
    const [diagram, picture] = files.slice(index);
    const page = await open_page(browser, kVersions.at(-1));
    await page.call('mermaid.initialize', kSettings);
    const svg = await page.call('show', readFileSync(diagram, 'utf8'));
    writeFileSync(picture, picture.endsWith('.png') ? await page.screenshot() : svg);
    await page.close();
  }
} finally {
  await browser.close();
}
