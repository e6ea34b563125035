#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a host that systemd has booted offers, by a real attuned on such a lab host: its units, transient ones with limits, and
containers by podman. Needs root, and what `tools/install lab test` installs."""
import json
import pathlib
import shutil
import signal
import sys
import time
import unittest

import lab_manager

LAB = "hostkeys"
# A host's own file, of the one that the key names.
UNIT = """[Service]
ExecStart=/bin/sleep 1000
ExecReload=/bin/touch /run/greeter-reloaded
"""
IMAGE = (lab_manager.TREE / "examples/container/image").read_text(encoding="utf-8")
PAGE_FILE = "mkdir -p /srv/page && echo 'it works' >/srv/page/index.html && podman tag docker.io/library/busybox:1.36 lab/busybox:1"
# A podman before podman, that keeps what it is asked.
RECORDER = """mount -t tmpfs recorder /usr/local/sbin
cat >/usr/local/sbin/podman <<'END'
#!/bin/sh
printf '%s\\n' "$*" >>/run/podman-words
exec /usr/bin/podman "$@"
END
chmod 755 /usr/local/sbin/podman
"""
SERVE = 'trap "echo ended in order; exit 0" TERM; echo "$MODE $WHO $ATTUNE_SECRET_password"; httpd -p 8088 -h /data; while :; do sleep 0.2; done'
# What systemd would expand, were it written into a unit.
WORKER = ["/bin/sh", "-c", "sleep 1000; : $HOME ${HOME} $$ 1%", "$HOME"]
STUBS = {
    "greeter": [("start", "systemd:greeter.service", "start"), ("stop", "systemd:greeter.service", "stop"),
                ("status", "systemd:greeter.service", "status"), ("kill", "systemd:greeter.service", "kill"),
                ("restart", "systemd:greeter.service", "restart"), ("reload", "systemd:greeter.service", "reload")],
    "worker": [("start", "systemd:worker@.service", "run", "MemoryMax=64M", "CPUQuota=50%", *(one.replace("$", "$$") for one in WORKER)),
               ("stop", "systemd:worker@.service", "stop"), ("status", "systemd:worker@.service", "status")],
    "missing": [("start", "systemd:no-such.service", "start")],
    "page": [("start", "podman", "start", "WHO=$this.srname", "/bin/sh", "-c", SERVE.replace("$", "$$")), ("stop", "podman", "stop"),
             ("kill", "podman", "kill"), ("status", "podman", "status")],
    "brief": [("start", "podman", "start"), ("status", "podman", "status")],
    "absent": [("start", "podman", "start")],
}
PAGE = ['+image: String = "lab/busybox:1"', '+network: String = "host"', '+volumes: List = ["/srv/page:/data:ro"]',
        '+environment: List = ["MODE=fast"]', '+stop_grace: Duration = 5s']


def escaped(text):
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def method(name, key, operation, *params):
    inner = "".join(f'<param value="{escaped(one)}"/>' for one in params)
    return f'<method name="{name}" key="{key}" method="{operation}">{inner}</method>\n'


def write_project(folder, home):
    (folder / "wrappers").mkdir(parents=True)
    shutil.copy(home / "lab.nodes", folder / "lab.nodes")
    (folder / "attune.info").write_text("status\n{\n  period 0s\n}\n")
    secret = pathlib.Path(home) / "password"
    secret.write_text("s3cret\n")
    secret.chmod(0o600)
    own = {"page": [*PAGE, f'+password: Secret = "{secret}"'], "brief": ['+image: String = "lab/busybox:1"', '+network: String = "host"',
                                                                         '+command: List = ["/bin/echo", "that was all"]'],
           "absent": ['+image: String = "localhost/lab/none:1"']}
    lines = ["classDiagram", *lab_manager.host_family(home)]
    for name, stubs in STUBS.items():
        (folder / f"wrappers/{name}.xml").write_text(f"<wrapper name='{name}'>\n{''.join(method(*one) for one in stubs)}</wrapper>\n")
        lines += [f"  class {name} {{", f'    +wrapper: String = "{name}.xml"', '    +host-family: String = "lab"',
                  "    +initial: Integer = 0", "    +max: Integer = 1", *(f"    {one}" for one in own.get(name, [])), "  }"]
    (folder / "deployment.mmd").write_text("\n".join(lines) + "\n")


class Waiting(unittest.TestCase):
    def until(self, holds, what):
        end = time.monotonic() + 60
        while not holds():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.05)


class HostKeys(Waiting):
    @classmethod
    def setUpClass(cls):
        cls.run_ = lab_manager.LabManager(LAB, write_project, "--systemd", "--no-libvirt")
        cls.run_.__enter__()
        cls.addClassCleanup(cls.run_.__exit__)
        for name in STUBS:
            code, text = cls.run_.attune("create", name)
            assert code == 0, text

    def host(self, text):
        done = self.run_.on_host(text)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def works(self, component, stub):
        worked, said = self.run_.call(component, stub)
        self.assertTrue(worked, f"{component}.{stub}: {said}")
        return said

    def fails(self, component, stub, words):
        worked, said = self.run_.call(component, stub)
        self.assertFalse(worked, f"{component}.{stub}: {said}")
        self.assertIn(words, said)

    # What the manager that comes next finds.
    def adopted(self, component):
        self.run_.kill_manager()
        self.run_.start_manager()
        code, text = self.run_.attune("status", "--json")
        self.assertIn(code, (0, 1), text)
        return next(one["state"] for one in json.loads(text)["components"] if one["name"] == component)


class Units(HostKeys):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_.on_host(f"cat >/etc/systemd/system/greeter.service <<'END'\n{UNIT}END\nsystemctl daemon-reload")

    def active(self, unit):
        return self.run_.on_host(f"systemctl is-active {unit}").stdout.strip()

    def test_what_the_lab_runs_on_a_host_sees_the_hosts_own_cgroups(self):
        self.assertNotIn("attune-lab", self.host("cat /proc/self/cgroup"))

    def test_a_unit_starts_runs_and_stops(self):
        self.works("greeter", "start")
        self.assertEqual(self.active("greeter.service"), "active")
        self.works("greeter", "status")
        pid = self.host("systemctl show --property MainPID --value greeter.service")
        self.works("greeter", "restart")
        self.assertNotEqual(self.host("systemctl show --property MainPID --value greeter.service"), pid)
        self.works("greeter", "reload")
        self.host("test -e /run/greeter-reloaded")
        self.works("greeter", "stop")
        self.assertEqual(self.active("greeter.service"), "inactive")
        self.fails("greeter", "status", "greeter.service on lab1 is inactive")

    def test_a_process_that_was_killed_is_a_failed_unit(self):
        self.works("greeter", "start")
        self.host("kill -9 $(systemctl show --property MainPID --value greeter.service)")
        self.until(lambda: self.active("greeter.service") == "failed", "systemd does not see it")
        self.fails("greeter", "status", "greeter.service on lab1 is failed")
        self.works("greeter", "start")
        self.works("greeter", "kill")
        self.until(lambda: self.active("greeter.service") == "failed", "it was not killed")
        self.assertEqual(self.adopted("greeter"), "stopped")

    def test_a_unit_that_is_not_there_is_told(self):
        self.fails("missing", "start", "no-such.service not found")

    def test_a_transient_unit_has_its_limits(self):
        self.works("worker", "start")
        shown = self.host("systemctl show --property MemoryMax,CPUQuotaPerSecUSec worker@worker.service")
        self.assertIn("MemoryMax=67108864", shown)
        self.assertIn("CPUQuotaPerSecUSec=500ms", shown)
        # What the kernel holds it to, in either kind of cgroups.
        self.assertEqual(self.host("cat /sys/fs/cgroup/memory/system.slice/*/worker@worker.service/memory.limit_in_bytes 2>/dev/null || "
                                   "cat /sys/fs/cgroup/system.slice/*/worker@worker.service/memory.max"), "67108864")
        pid = self.host("systemctl show --property MainPID --value worker@worker.service")
        self.assertEqual(self.host(f"tr '\\0' '\\n' </proc/{pid}/cmdline").split("\n"), WORKER)
        self.assertIn("it runs already", self.works("worker", "start"))
        self.assertEqual(self.adopted("worker"), "started")
        self.works("worker", "stop")
        self.fails("worker", "status", "worker@worker.service on lab1 is inactive")
        self.until(lambda: self.host("systemctl show --property LoadState --value worker@worker.service") == "not-found",
                   "systemd does not forget it")
        self.works("worker", "stop")


class Containers(HostKeys):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for text in (IMAGE, PAGE_FILE):
            done = cls.run_.on_host(text)
            assert done.returncode == 0, done.stderr

    def output(self):
        return self.host("cat /var/lib/attune/project/run/page/output")

    def get(self):
        return self.host("busybox wget -q -O - http://127.0.0.1:8088/index.html")

    def test_a_container_starts_serves_and_stops(self):
        self.works("page", "start")
        self.assertEqual(self.get(), "it works")
        self.assertIn("fast page s3cret", self.output())
        self.assertIn("it runs already", self.works("page", "start"))
        self.works("page", "status")
        self.works("page", "stop")
        self.assertIn("ended in order", self.output())
        self.fails("page", "status", "there is no container")
        self.assertEqual(self.host("podman ps --all --quiet"), "")
        self.works("page", "stop")

    def test_a_secret_is_in_no_list_of_processes(self):
        self.host(RECORDER)
        self.addCleanup(self.run_.on_host, "umount /usr/local/sbin")
        self.works("page", "start")
        words = self.host("cat /run/podman-words")
        self.assertIn("create --name attune-project-page", words)
        self.assertIn("--env=ATTUNE_SECRET_password", words)
        self.assertNotIn("s3cret", words)
        self.assertIn("s3cret", self.output())
        self.works("page", "kill")

    def test_one_whose_process_was_killed_does_not_run(self):
        self.works("page", "start")
        self.host("kill -9 $(podman container inspect --format '{{.State.Pid}}' attune-project-page)")
        self.until(lambda: not self.run_.call("page", "status")[0], "podman does not see it")
        self.fails("page", "status", "exit code 137")
        self.assertEqual(self.adopted("page"), "stopped")
        self.works("page", "start")
        self.assertEqual(self.adopted("page"), "started")
        self.works("page", "kill")
        self.fails("page", "status", "it does not run")

    def test_one_that_ends_at_once_is_told(self):
        self.fails("brief", "start", "it ended at once (exited, exit code 0): that was all")
        self.fails("brief", "status", "it does not run (exited, exit code 0); its last words: that was all")

    def test_an_image_that_is_not_there_is_told(self):
        self.fails("absent", "start", "localhost/lab/none")


def write_example(folder, home):
    shutil.copytree(lab_manager.TREE / "examples/container", folder)
    shutil.copy(home / "lab.nodes", folder / "lab.nodes")
    drawing = folder / "deployment.mmd"
    drawing.write_text(drawing.read_text().replace("/run/attune-lab/lab/", f"{home}/"))


class ExampleManager(lab_manager.LabManager):
    def start_manager(self):
        done = self.on_host(IMAGE)
        assert done.returncode == 0, done.stderr
        super().start_manager()


class Example(Waiting):
    def test_the_example_runs_and_repairs_what_has_died(self):
        with ExampleManager(LAB, write_example, "--systemd", "--no-libvirt") as run:
            def says(port):
                return run.on_host(f"busybox wget -q -O - http://127.0.0.1:{port}/").stdout.strip()
            self.until(lambda: says(8088) == "news: it works" and says(8089) == "shop: it works", "the pages do not come")
            def process():
                return run.on_host("podman container inspect --format '{{.State.Pid}}' attune-project-shop").stdout.strip()
            killed = process()
            run.on_host(f"kill -9 {killed}")
            self.until(lambda: process() not in ("", "0", killed) and says(8089) == "shop: it works", "it is not repaired")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the lab goes down all the same
    unittest.main()
