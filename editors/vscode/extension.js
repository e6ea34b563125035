// SPDX-License-Identifier: Apache-2.0
// Starts `attune lsp` for the files of a project; all the rest is the server's and vscode-languageclient's.
const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = () => {
  const command = workspace.getConfiguration("attune").get("program");
  const files = ["**/*.mmd", "**/wrappers/*.xml", "**/attune.info", "**/*.nodes"];
  client = new LanguageClient(
    "attune",
    "Attune",
    { command, args: ["lsp"] },
    { documentSelector: files.map((pattern) => ({ scheme: "file", pattern })) },
  );
  return client.start();
};

exports.deactivate = () => client?.stop();
