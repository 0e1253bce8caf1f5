"""The program behind live pages, as a process of its own."""

import re
import signal
import subprocess
import time


class LiveServer:
    """`walk --live` on a free port; `address` is its web address."""

    def __init__(self, program, port=0):
        self.program = program
        self.process, self.port = None, port
        self.start()

    def start(self):
        """Starts the program and waits until it answers; a second start takes the same port."""
        self.process = subprocess.Popen(
            [self.program, "--live", "--port", str(self.port)], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        line = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        if not found:
            raise RuntimeError(f"the program says no address: {line.strip()}")
        self.port = int(found.group(1))
        self.address = f"http://127.0.0.1:{self.port}"

    def end(self, how=signal.SIGKILL):
        """Ends the program by a signal; returns its status and the seconds that it took."""
        start = time.monotonic()
        self.process.send_signal(how)
        status = self.process.wait(timeout=20)
        self.process.stdout.close()
        return status, time.monotonic() - start

    def memory(self):
        """The resident memory of the program in MiB."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) / 1024

    def second(self):
        """Starts a second program on the same port; returns its status and text."""
        run = subprocess.run([self.program, "--live", "--port", str(self.port)],
                             capture_output=True, text=True, timeout=60, check=False)
        return run.returncode, run.stdout + run.stderr
