// SPDX-License-Identifier: Apache-2.0
// check.mjs PROGRAMS ROOT: generates a client from docs/openapi.json, compiles client.ts with it, lets it visit a real manager
// that runs examples/local, and holds every answer against the document's schema.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import Ajv from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { Agent, fetch as undiciFetch } from "undici";

const here = dirname(fileURLToPath(import.meta.url));
const [programs, root] = process.argv.slice(2);
const documentPath = join(root, "docs/openapi.json");
const document = JSON.parse(readFileSync(documentPath, "utf8"));
const folder = mkdtempSync("/tmp/attune-openapi-");

function compile() {
  const tool = (name, ...args) => execFileSync(join(here, "node_modules/.bin", name), args, { cwd: folder, stdio: "pipe" });
  cpSync(join(here, "client.ts"), join(folder, "client.ts"));
  symlinkSync(join(here, "node_modules"), join(folder, "node_modules"));
  tool("openapi-typescript", documentPath, "-o", "api.d.ts");
  tool("tsc", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler", "client.ts");
  cpSync(join(folder, "client.js"), join(folder, "client.mjs"));
  return import(pathToFileURL(join(folder, "client.mjs")).href);
}

// Holds each answer against what the document says of its path, method and status.
function judge() {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats(ajv);
  ajv.addSchema({ $id: "http://attuned/document", ...document });
  let answers = 0;
  const operationOf = (method, path) => {
    const found = Object.keys(document.paths).find((pattern) =>
      new RegExp(`^${pattern.replace(/\{\w+\}/g, "[^/]+")}$`).test(path));
    return { pattern: found, operation: document.paths[found][method] };
  };
  return {
    count: () => answers,
    hear(method, path, status, body) {
      const { pattern, operation } = operationOf(method, path);
      const code = operation.responses[status] ? String(status) : "default";
      const pointer = [pattern, method, "responses", code, "content", "application/json", "schema"]
        .map((word) => encodeURIComponent(word.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
      const validate = ajv.compile({ $ref: `http://attuned/document#/paths/${pointer}` });
      assert.ok(validate(body), `${method} ${path}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`);
      answers++;
    },
  };
}

async function manager() {
  const places = ["--run-dir", join(folder, "run"), "--state-dir", join(folder, "state")];
  cpSync(join(root, "examples/local"), join(folder, "local"), { recursive: true });
  const deployment = join(folder, "local/deployment.mmd");
  execFileSync("sed", ["-i", `s|/var/tmp/attune-local|${folder}/deployed|`, deployment]);
  const process = spawn(join(programs, "attuned"), [join(folder, "local"), ...places], { stdio: "ignore" });
  const socket = join(folder, "run/local/control");
  for (let i = 0; !existsSync(socket) && i < 600; ++i) await pause(50);
  return { process, socket };
}

async function main() {
  const { connect, visit } = await compile();
  const { process: attuned, socket } = await manager();
  try {
    const dispatcher = new Agent({ connect: { socketPath: socket } });
    const judgement = judge();
    const overSocket = async (request) => {
      const body = request.body === null ? undefined : await request.text();
      const answer = await undiciFetch(request.url, { method: request.method, headers: [...request.headers], body, dispatcher });
      judgement.hear(request.method.toLowerCase(), new URL(request.url).pathname, answer.status, await answer.clone().json());
      return answer;
    };
    execFileSync(join(programs, "attune"), ["status", "--wait", "30", "--run-dir", join(folder, "run")], { stdio: "pipe" });
    const seen = await visit(connect(overSocket));
    assert.equal(seen.status.state, "running");
    assert.equal(seen.page.components.length, 1);
    assert.equal(seen.page.next, seen.page.components[0].id);
    assert.equal(seen.second.components.length, 2);
    assert.equal(seen.called.end, "done");
    assert.ok(seen.begun.run > seen.called.run);
    assert.equal(seen.why.end, "done");
    assert.equal(seen.unanswered.about[0].component, "frontend");
    assert.equal(seen.error.code, "not-found");
    execFileSync(join(programs, "attune"), ["stop", "--run-dir", join(folder, "run")], { stdio: "pipe" });
    await dispatcher.close();
    console.log(`a generated client compiled, and ${judgement.count()} answers were as the document says`);
  } finally {
    attuned.kill("SIGTERM");
    if (attuned.exitCode === null) await new Promise((ended) => attuned.once("exit", ended));
  }
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
