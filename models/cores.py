"""How many physical cores this process may use."""

from __future__ import annotations

import math
import os
from pathlib import Path

_CPUS = Path("/sys/devices/system/cpu")
_CGROUP = Path("/sys/fs/cgroup")


def available_cores(cpus: Path = _CPUS, cgroup: Path = _CGROUP) -> int:
    """Physical cores available to the process, at least 1.

    Counts the cores behind the CPUs of the affinity mask (two hyper-threads are one core), and no more than the
    container's CPU quota (cgroup v2 ``cpu.max`` or v1 ``cpu.cfs_quota_us``), rounded up.
    """
    # macOS and Windows have no mask to read.
    mine = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    cores = len({_siblings(cpus, cpu) for cpu in mine})
    return max(1, min(cores, _quota(cgroup)))


def _siblings(cpus: Path, cpu: int) -> str:
    try:
        return (cpus / f"cpu{cpu}" / "topology" / "thread_siblings_list").read_text(encoding="ascii").strip()
    except OSError:
        return str(cpu)


def _quota(cgroup: Path) -> int:
    """The container's limit in whole CPUs; a large number when there is none."""
    for names in (("cpu.max",), ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us")):
        try:
            quota, period = " ".join((cgroup / name).read_text(encoding="ascii") for name in names).split()
            if quota not in ("max", "-1"):
                return math.ceil(int(quota) / int(period))
        except (OSError, ValueError):
            continue
    return 1_000_000
