// SPDX-License-Identifier: Apache-2.0
// What each pinned version of Mermaid makes of a list of diagrams.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Browser } from './browser.mjs';

const kHere = dirname(fileURLToPath(import.meta.url));
export const kVersions = ['mermaid10', 'mermaid11', 'mermaid12'];

// A page of the browser that holds one version of Mermaid and page.js.
export function open_page(browser, version) {
  return browser.page(readFileSync(join(kHere, 'node_modules', version, 'dist', 'mermaid.min.js'), 'utf8'),
                      readFileSync(join(kHere, 'page.js'), 'utf8'));
}

// For each version, in kVersions' order, its answers to the texts: see examine() in page.js.
export async function read_with_mermaid(texts) {
  const browser = new Browser();
  try {
    return await Promise.all(kVersions.map(async (version) => {
      const page = await open_page(browser, version);
      return page.call('examine_all', texts);
    }));
  } finally {
    await browser.close();
  }
}
