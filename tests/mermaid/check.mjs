// SPDX-License-Identifier: Apache-2.0
// usage: node check.mjs ATTUNE ROOT [FILE...]
// Compares what Mermaid and `ATTUNE check --ast` read in each diagram below ROOT; README.md tells what is compared.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { differences, missing_words } from './compare.mjs';
import { kVersions, read_with_mermaid } from './mermaid.mjs';

const kOurs = /^\s*(classDiagram|stateDiagram-v2)\b/m;

function tracked_files(root) {
  const git = spawnSync('git', ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.mmd', '*.md'],
                        { cwd: root, encoding: 'utf8' });
  if (git.status !== 0) throw new Error(`git ls-files: ${git.stderr}`);
  return git.stdout.split('\0').filter((name) => name);
}

// The diagrams in a Markdown page, each with the line it begins on. One of a kind that we do not have is Mermaid's alone.
function diagrams_in_page(name, text) {
  const blocks = text.matchAll(/^```mermaid\r?\n([\s\S]*?)^```/gm);
  return [...blocks].map((block) => ({
    name: `${name}:${text.slice(0, block.index).split('\n').length + 1}`, text: block[1], is_ours: kOurs.test(block[1]),
  }));
}

function load_diagrams(root, names) {
  return names.flatMap((name) => {
    const text = readFileSync(join(root, name), 'utf8');
    return name.endsWith('.md') ? diagrams_in_page(name, text) : [{ name, text, is_ours: true }];
  });
}

// Attune's trees, one for each diagram. The texts go through files, so that those out of pages can be read too.
function read_with_attune(attune, diagrams) {
  const folder = mkdtempSync(join(tmpdir(), 'attune-mermaid-'));
  try {
    const files = diagrams.map((diagram, index) => join(folder, `d${index}.mmd`));
    files.forEach((file, index) => writeFileSync(file, diagrams[index].text));
    const run = spawnSync(attune, ['check', '--ast', ...files], { encoding: 'utf8', maxBuffer: 1 << 28 });
    if (run.error) throw run.error;
    const lines = run.stdout.split('\n').filter((line) => line);
    if (lines.length !== files.length) {
      throw new Error(`${attune} check --ast printed ${lines.length} lines for ${files.length} files\n${run.stderr}`);
    }
    const complaints = (file) => run.stderr.split('\n').filter((line) => line.startsWith(file));
    return lines.map((line, index) => ({ ...JSON.parse(line), complaints: complaints(files[index]) }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function findings_of(diagram, ours, answer) {
  if (answer.failure) return [answer.failure];
  if (!ours) return [];
  return [...differences(ours, answer.model), ...missing_words(ours, answer.shown)];
}

function findings_of_all(diagram, ours, answers) {
  if (ours?.errors) return ['Attune refuses it:', ...ours.complaints];
  return kVersions.flatMap((version, number) =>
    findings_of(diagram, ours, answers[number]).map((finding) => `${version}: ${finding}`));
}

// Wrong on purpose and refused by Attune: nothing to compare.
const is_left_out = (diagram, ours) => ours?.errors && diagram.name.split(sep).includes('wrong');

function report(diagrams, trees, answers) {
  let compared = 0;
  let differing = 0;
  diagrams.forEach((diagram, index) => {
    const ours = trees.get(diagram);
    if (is_left_out(diagram, ours)) return;
    compared++;
    const findings = findings_of_all(diagram, ours, answers.map((answer) => answer[index]));
    if (findings.length === 0) return;
    differing++;
    console.log(`${diagram.name}\n  ${findings.join('\n  ')}`);
  });
  console.log(`${compared} diagrams compared with ${kVersions.join(', ')}: ${differing} differ`);
  return compared > 0 && differing === 0;
}

const [attune, root, ...names] = process.argv.slice(2);
if (!root) {
  console.error('usage: node check.mjs ATTUNE ROOT [FILE...]');
  process.exit(2);
}
const diagrams = load_diagrams(root, names.length > 0 ? names : tracked_files(root));
const own = diagrams.filter((diagram) => diagram.is_ours);
const read = read_with_attune(attune, own);
const trees = new Map(own.map((diagram, index) => [diagram, read[index]]));
const answers = await read_with_mermaid(diagrams.map((diagram) => diagram.text));
process.exit(report(diagrams, trees, answers) ? 0 : 1);
