#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The customers of examples/web beside a server of the test's own. The program is the first argument."""
import http.server
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import unittest


class Shop(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):  # pylint: disable=invalid-name
        self.send_response(201 if self.command == "POST" else 200)
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"app")

    do_POST = do_GET

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


class Client(unittest.TestCase):
    def setUp(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shop)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.output = pathlib.Path(folder.name, "requests.txt")
        # pylint: disable-next=consider-using-with
        self.client = subprocess.Popen([PROGRAM, "127.0.0.1", str(server.server_port), "1", self.output], stdin=subprocess.PIPE, text=True)
        self.addCleanup(self.client.wait)
        self.addCleanup(self.client.kill)

    def until_there_are(self, count):
        end = time.monotonic() + 60
        while not self.output.exists() or len(self.output.read_text().splitlines()) < count:
            self.assertLess(time.monotonic(), end, f"{count} requests do not come")
            time.sleep(0.05)

    # At one a second 200 of them would take minutes, and so would what the customers had taken on before.
    def test_another_rate_and_the_end_take_effect_at_once(self):
        self.until_there_are(1)
        self.client.stdin.write("200\n")
        self.client.stdin.flush()
        self.until_there_are(200)
        self.client.stdin.write("1\n")
        self.client.stdin.close()
        self.assertEqual(self.client.wait(60), 0)
        numbers = sorted(int(line.split()[3]) for line in self.output.read_text().splitlines())
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
