# SPDX-License-Identifier: Apache-2.0
"""usage: tutorial.py PROGRAMS
Runs the commands of the README's tutorial, as they stand there, with the programs of that folder; in namespaces of
their own, so that nothing is left behind. Each must work, except where an error is what the page shows; and what the
page shows of its output must come, in that order, whatever the times are."""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADING = "Five-minute tutorial"
HOME = "/var/tmp/home"
LIMIT = 60  # seconds; the whole takes ten
TIMES = re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d(\.\d{3})?|\b\d+(\.\d+)?m?s\b")


def blocks_of(page):
    """What is to be typed, with what the page shows of the output: pairs of texts."""
    section = re.search(rf"^## {HEADING}\n(.*?)^## ", page, re.M | re.S).group(1)
    blocks = []
    for kind, text in re.findall(r"^```(sh|text)\n(.*?)^```", section, re.M | re.S):
        if kind == "sh":
            blocks.append([text, ""])
        else:
            blocks[-1][1] += text
    return blocks


def script_of(blocks, programs):
    """The commands with marks around them: block and line before each, the exit code after it."""
    lines = ["mount -t tmpfs none /run", "mount -t tmpfs none /var/lib", "mount -t tmpfs none /var/tmp",
             f"export HOME={HOME}", "mkdir $HOME", "exec 2>&1"]
    for number, (commands, _) in enumerate(blocks):
        for line in commands.replace("$PWD/build/release/bin", programs).splitlines():
            lines += [f"echo '@begin {number}'", line, 'echo "@end $?"']
    return "\n".join(lines) + "\n"


def run(script):
    namespaces = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private"]
    with tempfile.NamedTemporaryFile("w", suffix=".sh") as file:
        file.write(script)
        file.flush()
        try:
            said = subprocess.run([*namespaces, "bash", file.name], cwd=ROOT, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, timeout=LIMIT).stdout
        except subprocess.TimeoutExpired as late:
            said = late.stdout or b""
        return said.decode(errors="replace").replace(HOME, "~")


def comparable(text):
    return [re.sub(" +", " ", TIMES.sub("T", line)).rstrip() for line in text.splitlines() if line.strip()]


def missing_line(shown, output):
    """The first line of what is shown that does not come after those before it, or None."""
    rest = iter(comparable(output))
    return next((line for line in comparable(shown) if line not in rest), None)


def findings_of(blocks, output):
    parts = [[] for _ in blocks]  # for each block, (output, exit code) of each command
    for number, text, code in re.findall(r"^@begin (\d+)\n(.*?)^@end (\d+)$", output, re.M | re.S):
        parts[int(number)].append((text, int(code)))
    for (commands, shown), part in zip(blocks, parts):
        lines = commands.splitlines()
        if len(part) < len(lines):
            yield f"{lines[len(part)]}: it was not reached, or did not end"
        for line, (text, code) in zip(lines, part):
            if code != 0 and " error: " not in shown:
                yield f"{line}: ended with {code}: {text}"
        missing = missing_line(shown, "".join(text for text, _ in part))
        if missing:
            yield f"after {lines}: the page shows '{missing}', which did not come"


if len(sys.argv) != 2:
    sys.exit(__doc__)
tutorial = blocks_of((ROOT / "README.md").read_text())
said = run(script_of(tutorial, str(pathlib.Path(sys.argv[1]).resolve())))
found = list(findings_of(tutorial, said)) if tutorial else ["the tutorial is not there"]
print(said, *found, f"{len(tutorial)} blocks, {len(found)} findings", sep="\n")
sys.exit(1 if found else 0)
