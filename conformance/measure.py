"""Times a process and takes its peak memory."""

import os
import subprocess
import sys

# The memory that a process has before it starts its program counts as its own: Linux keeps the peak through exec. So a small
# process of 9 MiB starts it, not this one, which may have NumPy or TensorFlow loaded.
LAUNCHER = """
import os, sys, time
start = time.perf_counter()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
seconds = time.perf_counter() - start
os.write(int(sys.argv[1]), f"{seconds} {usage.ru_maxrss * 1024}".encode())
sys.exit(os.waitstatus_to_exitcode(status) & 0xff)
"""


class Run:
    """One process: seconds, peak memory in bytes, what it printed. A process that fails ends this one."""

    def __init__(self, command):
        command = [str(c) for c in command]
        environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
        read, write = os.pipe()
        try:
            done = subprocess.run([sys.executable, "-I", "-S", "-c", LAUNCHER, str(write), *command],
                                  capture_output=True, text=True, env=environment, pass_fds=[write])
        finally:
            os.close(write)
        with os.fdopen(read) as pipe:
            figures = pipe.read().split()
        if done.returncode:
            sys.exit(f"{' '.join(command)[:200]}: exit code {done.returncode}\n{done.stderr[-2000:]}")
        self.seconds, self.memory, self.output = float(figures[0]), int(figures[1]), done.stdout
