# SPDX-License-Identifier: Apache-2.0
"""How long after a keystroke an editor is told what is wrong, in a large project: `attune lsp`, each file in turn."""
import json
import pathlib
import subprocess
import tempfile
import time

import projects
from report import BIN, Report

FILES = 200
TEXTS = (FILES - 3) // 2  # wrappers, and diagrams; beside them the deployment diagram, a node file and a template
AIM = 50  # milliseconds

# What is typed where: behind the text, a letter at a time, each of which changes what is found.
TYPED = {"a diagram": ("diagrams/slow7.mmd", "  ready : added.start"),
         "a wrapper": ("wrappers/w7.xml", "--port=$this.port"),
         "the deployment diagram": ("deployment.mmd", "    +limit: Percent = 80")}


class Editor:
    """A client of the language server that waits for its diagnostics."""

    def __init__(self, project):
        self.project = project
        self.process = subprocess.Popen([BIN / "attune", "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.id = 0
        self.ask("initialize", {"capabilities": {"general": {"positionEncodings": ["utf-8"]}}})
        self.send("initialized", {})

    def send(self, method, params, **more):
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def read(self):
        length = None
        while (line := self.process.stdout.readline()) not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if length is None:
            raise SystemExit("attune lsp has ended")
        return json.loads(self.process.stdout.read(length))

    def ask(self, method, params):
        self.id += 1
        self.send(method, params, id=self.id)
        while (answer := self.read()).get("id") != self.id:
            pass
        return answer["result"]

    def uri(self, name):
        return (self.project / name).as_uri()

    def open(self, name):
        text = (self.project / name).read_text()
        self.send("textDocument/didOpen", {"textDocument": {"uri": self.uri(name), "languageId": "mermaid", "version": 1,
                                                            "text": text}})
        return text

    def change(self, name, begin, end, text):
        """From the change to what is found in the file: seconds."""
        line, character = begin
        started = time.perf_counter()
        self.send("textDocument/didChange", {
            "textDocument": {"uri": self.uri(name), "version": 2},
            "contentChanges": [{"range": {"start": {"line": line, "character": character},
                                          "end": {"line": line, "character": end}}, "text": text}]})
        while True:
            message = self.read()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == self.uri(name):
                return time.perf_counter() - started, message["params"]["diagnostics"]

    def close(self):
        self.ask("shutdown", None)
        self.send("exit", None)
        return self.process.wait(10)


def typed(editor, name, behind, letters):
    """The seconds of each keystroke: so many letters, and then back to what was right."""
    text = editor.open(name)
    before = text[:text.index(behind) + len(behind)]
    line, character = before.count("\n"), len(before) - before.rfind("\n") - 1
    seconds = []
    for at in range(letters):
        took, found = editor.change(name, (line, character + at), character + at, "x")
        if not found:
            raise SystemExit(f"{name}: nothing was found wrong")
        seconds.append(took)
    took, found = editor.change(name, (line, character), character + letters, "")
    if found:
        raise SystemExit(f"{name}: {found[0]['message']} stays")
    return seconds + [took]


def share(values, part):
    return sorted(values)[min(int(len(values) * part), len(values) - 1)] * 1000


def run(options):
    report = Report("lsp", f"From a keystroke to the findings, in a project of {FILES} files")
    letters = 10 * (options.rounds or 20)
    rows, worst = [], 0
    with tempfile.TemporaryDirectory(prefix="ab.") as folder:
        project = pathlib.Path(folder).resolve() / "texts"
        projects.many_texts(project, TEXTS)
        for what, (name, behind) in TYPED.items():
            editor = Editor(project)
            seconds = typed(editor, name, behind, letters)[1:]  # the first one reads the whole project
            if editor.close() != 0:
                raise SystemExit("attune lsp ended badly")
            half, most = share(seconds, 0.5), share(seconds, 0.95)
            rows.append([f"typing in {what}", f"{half:.1f}", f"{most:.1f}", f"{max(seconds) * 1000:.1f}"])
            report.add_figure(what=what, milliseconds=[one * 1000 for one in seconds])
            worst = max(worst, most)
    report.add_section("attune lsp", ["", "median ms", "p95 ms", "most ms"], rows)
    report.add_aim(f"95 of 100 keystrokes are answered in {AIM} ms", f"{worst:.1f} ms", worst <= AIM)
    return report.conclude()
