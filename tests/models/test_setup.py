"""scripts/setup: when a step runs, what a failure looks like, and how packages are asked for. Installs nothing."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import support

STEP = """
title() {{ echo "step {name}"; }}
inputs() {{ cat "$ROOT/{name}.in"; }}
in_place() {{ [ -e "$DEPS/{name}.out" ]; }}
install() {{
    echo working
    {body}
    echo "{name}" >>"$ROOT/ran"
    touch "$DEPS/{name}.out"
}}
"""


class Place:
    """A folder with the real driver and steps of our own."""

    def __init__(self, case):
        folder = tempfile.TemporaryDirectory()
        case.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "scripts/setup.d").mkdir(parents=True)
        shutil.copy(support.ROOT / "scripts/setup", self.root / "scripts/setup")
        self.environment = {"PATH": os.environ["PATH"], "HOME": folder.name}

    def step(self, name, body=":"):
        (self.root / f"{name}.in").touch()
        (self.root / "scripts/setup.d" / name).write_text(STEP.format(name=name, body=body))

    def run(self, *arguments, **environment):
        return subprocess.run([self.root / "scripts/setup", *arguments], capture_output=True, text=True,
                              env={**self.environment, **environment})

    def ran(self):
        """The steps that did their work since the last call."""
        log = self.root / "ran"
        names = log.read_text().split() if log.exists() else []
        log.unlink(missing_ok=True)
        return names


class DriverTest(unittest.TestCase):
    def setUp(self):
        self.place = Place(self)
        self.place.step("10-a")
        self.place.step("20-b")

    def test_the_second_run_does_nothing(self):
        done = self.place.run()
        self.assertEqual((done.returncode, self.place.ran()), (0, ["10-a", "20-b"]))
        self.assertRegex(done.stdout, r"\[1/2\] step 10-a \.\.\. done \(\d+ s\)\n\[2/2\] step 20-b \.\.\. done")
        done = self.place.run()
        self.assertEqual((done.returncode, self.place.ran()), (0, []))
        self.assertEqual(done.stdout, "[1/2] step 10-a ... in place\n[2/2] step 20-b ... in place\n")

    def test_a_step_runs_again_when_its_inputs_or_its_result_change(self):
        self.place.run()
        self.place.ran()
        (self.place.root / "20-b.in").write_text("other")
        self.place.run()
        self.assertEqual(self.place.ran(), ["20-b"])
        (self.place.root / "deps/10-a.out").unlink()
        self.place.run()
        self.assertEqual(self.place.ran(), ["10-a"])

    def test_a_failure_stops_there_and_the_next_run_continues(self):
        self.place.step("20-b", body="false")
        self.place.step("30-c")
        done = self.place.run()
        self.assertEqual((done.returncode, self.place.ran()), (1, ["10-a"]))
        self.assertIn("working", done.stderr)
        self.assertIn("deps/log/20-b.log", done.stderr)
        self.place.step("20-b")
        self.assertEqual((self.place.run().returncode, self.place.ran()), (0, ["20-b", "30-c"]))

    def test_a_known_failure_says_what_to_do(self):
        self.place.step("20-b", body='fail "the disk is full" "make room"')
        done = self.place.run()
        self.assertEqual(done.returncode, 1)
        self.assertIn("    error: the disk is full\n    what to do: make room\n", done.stderr)

    def test_chosen_steps_and_force(self):
        self.place.run("20")
        self.assertEqual(self.place.ran(), ["20-b"])
        self.place.run("--force", "b")
        self.assertEqual(self.place.ran(), ["20-b"])

    def test_list_only_looks(self):
        done = self.place.run("--list")
        self.assertEqual((done.stdout, self.place.ran()),
                         ("[1/2] step 10-a ... to do\n[2/2] step 20-b ... to do\n", []))

    def test_another_place(self):
        elsewhere = self.place.root / "else where"
        self.assertEqual(self.place.run(TAGSMITH_DEPS=str(elsewhere)).returncode, 0)
        self.assertTrue((elsewhere / "10-a.out").exists())
        self.assertFalse((self.place.root / "deps").exists())

    def test_wrong_use(self):
        done = self.place.run("--nonsense")
        self.assertEqual((done.returncode, self.place.ran()), (2, []))


class SystemPackagesTest(unittest.TestCase):
    """The real first step, with a Debian of two installed packages made of stubs."""

    def setUp(self):
        self.place = Place(self)
        shutil.copy(support.ROOT / "scripts/setup.d/10-system-packages", self.place.root / "scripts/setup.d")
        (self.place.root / "scripts/packages.txt").write_text("# list\nalpha\nbeta\ngamma\n\n[dev]\ndelta\n")
        self.bin = self.place.root / "bin"
        self.bin.mkdir()
        for tool in "bash cat cut sha256sum mkdir flock dirname basename rm sed sort comm xargs tee tail env".split():
            (self.bin / tool).symlink_to(shutil.which(tool))
        self.stub("dpkg-query", "printf 'ii alpha\\nii beta\\nrc gamma\\n'")
        self.stub("apt-get", 'echo "$@" >>"$HOME/apt"')
        self.stub("id", "echo 0")
        self.place.environment["PATH"] = str(self.bin)

    def stub(self, name, body):
        path = self.bin / name
        path.write_text(f"#!/bin/bash\n{body}\n")
        path.chmod(0o755)

    def asked(self):
        """The packages that apt-get was told to install."""
        log = self.place.root / "apt"
        lines = log.read_text().splitlines() if log.exists() else []
        return [line.split("--no-install-recommends ")[1] for line in lines if "install" in line]

    def test_only_what_is_missing(self):
        self.assertEqual(self.place.run().returncode, 0)
        self.assertEqual(self.asked(), ["gamma"])

    def test_dev_adds_its_section(self):
        self.assertEqual(self.place.run("--dev").returncode, 0)
        self.assertEqual(self.asked(), ["delta gamma"])

    def test_a_user_goes_through_sudo(self):
        self.stub("id", "echo 1000")
        self.stub("sudo", 'echo yes >"$HOME/sudo"; exec "$@"')
        self.assertEqual(self.place.run().returncode, 0)
        self.assertTrue((self.place.root / "sudo").exists())
        self.assertEqual(self.asked(), ["gamma"])

    def test_neither_root_nor_sudo_is_said_clearly(self):
        self.stub("id", "echo 1000")
        done = self.place.run()
        self.assertEqual((done.returncode, self.asked()), (1, []))
        self.assertIn("what to do: ask an administrator to run: apt-get install gamma", done.stderr)

    def test_not_a_debian(self):
        (self.bin / "apt-get").unlink()
        done = self.place.run()
        self.assertEqual(done.returncode, 1)
        self.assertIn("TAGSMITH_NO_APT=1", done.stderr)

    def test_it_can_be_left_out(self):
        self.assertEqual(self.place.run(TAGSMITH_NO_APT="1").returncode, 0)
        self.assertEqual(self.asked(), [])


if __name__ == "__main__":
    unittest.main()
