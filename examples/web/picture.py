# SPDX-License-Identifier: Apache-2.0
"""The story as a picture (SVG): how many requests a second were answered well and how many were not, which servers answered, what
was done to the site, and which diagrams ran. Colours that the colour-blind can tell apart; each has its name beside it. No I/O."""
import collections
import xml.sax.saxutils

from story import servers_by_second

LEFT, RIGHT, WIDTH = 90, 30, 960
TOP, PLOT = 92, 170                     # where the requests begin, and how high they are
BAND, GAP = 18, 4                       # of each server, and of the runs
GOOD, BAD, SERVER, RUN, MARK = "#56b4e9", "#d55e00", "#009e73", "#cc79a7", "#333"
MARKS = {"kill": "kill -9 of app1", "host": "host of app1 dies", "more": "more customers", "fewer": "fewer customers"}


class Picture:
    def __init__(self, story):
        self.story = story
        self.begin, self.end = int(story.marks["begin"]), int(story.marks["end"]) + 1
        self.servers = sorted({name for _, names in servers_by_second(story) for name in names}, key=lambda name: (len(name), name))
        self.counts = collections.Counter((int(one.due), one.is_good) for one in story.requests)
        self.most = max(self.counts[second, True] + self.counts[second, False] for second in range(self.begin, self.end))
        self.base = TOP + PLOT
        self.bottom = self.base + 20 + (len(self.servers) + 1) * (BAND + GAP)
        self.parts = []

    def x(self, at):
        share = (at - self.begin) / (self.end - self.begin)
        return LEFT + min(max(share, 0), 1) * (WIDTH - LEFT - RIGHT)

    def text(self, x, y, words, fill="#333", anchor="start"):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill}" text-anchor="{anchor}">{xml.sax.saxutils.escape(words)}</text>')

    def box(self, begin, end, y, height, fill):
        left, right = self.x(begin), self.x(end)
        self.parts.append(f'<rect x="{left:.1f}" y="{y:.1f}" width="{max(1.5, right - left):.1f}" height="{height:.1f}" fill="{fill}"/>')

    def line(self, at, top, bottom, look):
        self.parts.append(f'<line x1="{self.x(at):.1f}" y1="{top}" x2="{self.x(at):.1f}" y2="{bottom}" {look}/>')

    def draw(self):
        height = self.bottom + 46
        self.parts.append(f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
                          'font-family="DejaVu Sans,Verdana,sans-serif" font-size="12">')
        self.parts.append(f'<rect width="{WIDTH}" height="{height}" fill="white"/>')
        self.draw_axis()
        self.draw_requests()
        for row, name in enumerate(self.servers):
            self.draw_server(name, self.base + 20 + row * (BAND + GAP))
        self.draw_runs(self.base + 20 + len(self.servers) * (BAND + GAP))
        self.draw_marks()
        return "\n".join([*self.parts, "</svg>", ""])

    def draw_axis(self):
        length = self.end - self.begin
        step = next((step for step in (1, 2, 5, 10, 20, 60) if length / step <= 20), 300)
        for second in range(0, length + 1, step):
            self.line(self.begin + second, TOP, self.bottom, 'stroke="#ddd"')
            self.text(self.x(self.begin + second), self.bottom + 18, f"{second} s", "#777", "middle")
        for share in (0, 0.5, 1):
            self.text(LEFT - 10, self.base - share * PLOT + 4, f"{share * self.most:.0f}", "#777", "end")
        self.text(LEFT, self.bottom + 38, "requests a second: answered (blue), failed (orange); below, which servers answer (green), and runs "
                  "(pink)", "#777")

    def draw_requests(self):
        for second in range(self.begin, self.end):
            good, bad = (self.counts[second, is_good] / self.most * PLOT for is_good in (True, False))
            self.box(second, second + 1, self.base - good, good, GOOD)
            if bad:
                self.box(second, second + 1, self.base - good - bad, bad, BAD)

    def draw_server(self, name, y):
        self.text(LEFT - 10, y + 13, name, anchor="end")
        for second, names in servers_by_second(self.story):
            if name in names and self.begin <= second < self.end:
                self.box(second, second + 1, y, BAND, SERVER)

    def draw_runs(self, y):
        self.text(LEFT - 10, y + 13, "runs", anchor="end")
        for run in self.story.runs:
            if self.begin <= run.begun < self.end:
                self.box(run.begun, run.ended or self.end, y, BAND, RUN)

    def draw_marks(self):
        marks = [(self.story.marks[name], words, MARK) for name, words in MARKS.items() if name in self.story.marks]
        marks += [(run.begun, f"{run.diagram} {run.subject}", RUN) for run in self.story.runs if self.begin <= run.begun < self.end]
        for row, (at, words, colour) in enumerate(sorted(marks)):
            y = 18 + 18 * (row % 4)
            self.line(at, y + 4, self.bottom, f'stroke="{colour}" stroke-dasharray="3 3"')
            self.text(self.x(at), y, words, colour, "end" if self.x(at) > WIDTH * 0.8 else "start")


def picture_of(story):
    return Picture(story).draw()
