# SPDX-License-Identifier: Apache-2.0
"""The story as a picture (SVG): where each machine runs, how many rounds a second each pair makes, and what happened when.
Colours that the colour-blind can tell apart; each has its name beside it as well. No I/O."""
import xml.sax.saxutils

LEFT, RIGHT, WIDTH = 90, 30, 960
BANDS, BAND, GAP = 78, 22, 4              # one for each machine
PLOT = 150                                # height of the rounds
PLACES = ("#0072b2", "#d55e00", "#009e73")
LINES = ("#000000", "#882255", "#44aa99")
MOVING = "#f0e442"


class Picture:
    def __init__(self, story, sites):
        self.story, self.sites = story, sites
        samples = [sample for rates in story.rates.values() for sample in rates]
        self.begin, self.end = min(begin for begin, _, _ in samples), max(end for _, end, _ in samples)
        self.most = max(1.0, *(rate for _, _, rate in samples))
        self.machines = sorted(story.hosts)
        self.top = BANDS + len(self.machines) * (BAND + GAP) + 20
        self.bottom = self.top + PLOT
        self.parts = []

    def add(self, text):
        self.parts.append(text)

    def x(self, at):
        share = (at - self.begin) / (self.end - self.begin)
        return LEFT + min(max(share, 0), 1) * (WIDTH - LEFT - RIGHT)

    def text(self, x, y, words, fill="#333", anchor="start"):
        words = xml.sax.saxutils.escape(words)
        self.add(f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill}" text-anchor="{anchor}">{words}</text>')

    def line(self, x, top, bottom, look):
        self.add(f'<line x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}" {look}/>')

    def draw(self):
        height = self.bottom + 50
        self.add(f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
                 'font-family="DejaVu Sans,Verdana,sans-serif" font-size="12">')
        self.add(f'<rect width="{WIDTH}" height="{height}" fill="white"/>')
        self.draw_axis()
        for row, machine in enumerate(self.machines):
            self.draw_machine(machine, BANDS + row * (BAND + GAP))
        for number, (talker, rates) in enumerate(sorted(self.story.rates.items())):
            self.draw_rates(talker, rates, number)
        self.draw_marks()
        return "\n".join([*self.parts, "</svg>", ""])

    def draw_axis(self):
        length = self.end - self.begin
        step = next((step for step in (1, 2, 5, 10, 20, 60) if length / step <= 20), 300)
        for second in range(0, int(length) + 1, step):
            x = self.x(self.begin + second)
            self.line(x, BANDS, self.bottom, 'stroke="#ddd"')
            self.text(x, self.bottom + 18, f"{second} s", "#777", "middle")
        for share in (0, 0.5, 1):
            self.text(LEFT - 10, self.bottom - share * PLOT + 4, f"{share * self.most:.0f}", "#777", "end")
        self.text(LEFT, self.bottom + 40, "rounds a second of each pair; above, where each machine runs (yellow: it is "
                  "being moved, live)", "#777")

    def draw_band(self, y, begin, end, place):
        left, right = self.x(begin), self.x(end)
        fill = PLACES[self.sites.index(place) % len(PLACES)] if place in self.sites else MOVING
        self.add(f'<rect x="{left:.1f}" y="{y}" width="{max(1.0, right - left):.1f}" height="{BAND}" fill="{fill}"/>')
        if place in self.sites and right - left > 50:
            self.text((left + right) / 2, y + 15, place, "white", "middle")

    def draw_machine(self, machine, y):
        self.text(LEFT - 10, y + 15, machine, anchor="end")
        place, since = self.story.hosts[machine], self.begin
        for move in (move for move in self.story.moves if move.machine == machine):
            ended = move.ended or self.end
            self.draw_band(y, since, move.begun, place)
            self.draw_band(y, move.begun, ended, None)
            place, since = move.target if move.arrived else move.origin, ended
        self.draw_band(y, since, self.end, place)

    def draw_rates(self, talker, rates, number):
        colour = LINES[number % len(LINES)]
        points = " ".join(f"{self.x((begin + end) / 2):.1f},{self.bottom - rate / self.most * PLOT:.1f}"
                          for begin, end, rate in rates)
        self.add(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        self.text(LEFT - 10, self.top + 30 + 16 * number, talker, colour, "end")

    def draw_marks(self):
        marks = []
        for answer in self.story.answers:
            marks += [(answer.told, f"regroup: {answer.groups}"), (answer.ended, f"its run: {answer.end}")]
        for row, (at, words) in enumerate(mark for mark in marks if mark[0]):
            x, y = self.x(at), 22 + 18 * (row % 3)
            self.line(x, y + 4, self.bottom, 'stroke="#c0392b" stroke-dasharray="3 3"')
            is_late = x > WIDTH * 0.6
            self.text(x, y, words, "#c0392b", "end" if is_late else "start")


def picture_of(story, sites):
    """`sites` are the hosts in the order of their colours."""
    return Picture(story, sites).draw()
