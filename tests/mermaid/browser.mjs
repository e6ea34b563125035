// SPDX-License-Identifier: Apache-2.0
// A headless Chromium, driven over its debugging pipe: load scripts into a fresh page, call a function there.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const kFlags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--remote-debugging-pipe',
];

export class Browser {
  #process;
  #profile = mkdtempSync(join(tmpdir(), 'attune-chromium-'));
  #waiting = new Map();
  #last_id = 0;
  #complaints = '';

  constructor(program = 'chromium') {
    this.#process = spawn(program, [...kFlags, `--user-data-dir=${this.#profile}`, 'about:blank'],
                          { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
    this.#process.on('error', (error) => this.#fail(`cannot start ${program}: ${error.message}`));
    this.#process.on('exit', (code) => this.#fail(`${program} ended with ${code}\n${this.#complaints}`));
    this.#process.stderr.setEncoding('utf8').on('data', (chunk) => { this.#complaints = (this.#complaints + chunk).slice(-2000); });
    this.#process.stdio[3].on('error', () => {});
    let text = '';
    this.#process.stdio[4].setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      const messages = text.split('\0');
      text = messages.pop();
      messages.forEach((message) => this.#receive(JSON.parse(message)));
    });
  }

  // A fresh page with these scripts' sources evaluated in it; the result calls functions of theirs by name.
  async page(...sources) {
    const { targetId } = await this.#send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.#send('Target.attachToTarget', { targetId, flatten: true });
    const evaluate = async (expression) => {
      const answer = await this.#send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }, sessionId);
      if (answer.exceptionDetails) {
        throw new Error(answer.exceptionDetails.exception?.description ?? answer.exceptionDetails.text);
      }
      return answer.result.value;
    };
    for (const source of sources) await evaluate(`${source}\n;undefined`);
    return {
      call: (name, ...values) => evaluate(`${name}(...${JSON.stringify(values)})`),
      screenshot: async () => {
        const shot = await this.#send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true }, sessionId);
        return Buffer.from(shot.data, 'base64');
      },
      close: () => this.#send('Target.closeTarget', { targetId }),
    };
  }

  async close() {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#send('Browser.close').catch(() => {});
    await ended;
    rmSync(this.#profile, { recursive: true, force: true });
  }

  #send(method, params = {}, sessionId = undefined) {
    const id = ++this.#last_id;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  #receive(message) {
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    this.#waiting.delete(message.id);
    if (message.error) waiting.reject(new Error(message.error.message));
    else waiting.resolve(message.result);
  }

  #fail(reason) {
    for (const { reject } of this.#waiting.values()) reject(new Error(reason));
    this.#waiting.clear();
  }
}
