// SPDX-License-Identifier: Apache-2.0
// The check checked: what Mermaid's models become in our shape, and that a difference is seen.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { differences, missing_words } from './compare.mjs';
import { kVersions, read_with_mermaid } from './mermaid.mjs';

const load = (name) => readFileSync(new URL(`cases/${name}`, import.meta.url), 'utf8');
const kNames = ['classes', 'states'];
const kLost = 'stateDiagram-v2\n  [*] --> a\n  a : x<y && z>w\n  a --> [*]\n';
const kEmpty = 'stateDiagram-v2\n  [*] --> a\n  state a {\n  }\n  a --> [*]\n';

const texts = [...kNames.map((name) => load(`${name}.mmd`)), kLost, kEmpty];
const answers = await read_with_mermaid(texts);
const expected = kNames.map((name) => JSON.parse(load(`${name}.json`)));

kVersions.forEach((version, number) => {
  kNames.forEach((name, index) => test(`${version} reads ${name}.mmd as ${name}.json says`, () => {
    const { model, shown, failure } = answers[number][index];
    assert.equal(failure, undefined);
    assert.deepEqual(differences(expected[index], model), []);
    assert.deepEqual(missing_words(expected[index], shown), []);
  }));

  test(`${version} loses words between < and >, which is seen`, () => {
    const { model, shown } = answers[number][2];
    assert.deepEqual(missing_words(model, shown), ['the picture does not show: x<y && z>w']);
  });
});

test('a composite without a body parses and cannot be drawn by the older versions, which is seen', () => {
  assert.match(answers[0][3].failure, /^parses but cannot be drawn/);
  assert.match(answers[1][3].failure, /^parses but cannot be drawn/);
});

test('a changed label, a missing state and another order are differences', () => {
  const [, states] = expected;
  const relabelled = { ...states, transitions: states.transitions.map((way) => ({ ...way, label: `${way.label}!` })) };
  assert.equal(differences(states, relabelled).length, 2 * states.transitions.length);
  assert.equal(differences(states, { ...states, states: states.states.slice(1) }).length, 1);
  assert.equal(differences(states, { ...states, transitions: states.transitions.slice().reverse() }).length, 1);
});
