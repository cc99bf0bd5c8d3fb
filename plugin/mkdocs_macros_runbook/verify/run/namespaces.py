"""Namespaces of Linux: blocks get a network, processes and a home of their own.

The server imports this file by its name alone. In a network namespace no program reaches another
host, and when the first process of a process namespace ends, all others do. Where there are none,
processes are tied to the one that started them as far as the system allows.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import struct
import sys
from contextlib import suppress
from typing import NoReturn

_MOUNTS, _USER, _PROCESSES, _NETWORK = 0x00020000, 0x10000000, 0x20000000, 0x40000000
_HOST_NAME, _MEMORY = 0x04000000, 0x08000000
_BIND, _SET_FLAGS, _UP = 0x1000, 0x8914, 1
_END_WITH_PARENT, _DUMPABLE, _LIMIT, _ADOPT = 1, 4, 24, 36  # of prctl(2)
_CAPABILITIES = struct.pack("Ii", 0x20080522, 0)  # of this process, as capset(2) has it
_MOUNTING = 21  # the number of CAP_SYS_ADMIN


def enter(folder: str) -> bool:
    """Go on in a new process, in namespaces; return `False`, in this one, if there can be none.

    The user's home is `folder/home` there. This process ends when that one has.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _leave(folder)
            os.write(writing, b"1")
        except BaseException:  # whatever the reason is
            os._exit(1)
        os.close(reading)
        os.close(writing)
        return True
    os.close(writing)
    if os.read(reading, 1):
        _end_with(child)
    os.close(reading)
    os.waitpid(child, 0)
    return False


def drop_capabilities() -> None:
    """Drop the capabilities that this process has over its own namespaces.

    Root keeps its own, except for that to mount: without its own `/proc`, it would see the host's.
    """
    if os.geteuid():
        _call("capset", _CAPABILITIES, bytes(24))
        return
    _call("prctl", _LIMIT, _MOUNTING, 0, 0, 0)  # of what it executes
    has = ctypes.create_string_buffer(24)
    _call("capget", _CAPABILITIES, has)
    effective, permitted, *others = struct.unpack("6I", has.raw)
    rest = (numbers & ~(1 << _MOUNTING) for numbers in (effective, permitted))
    _call("capset", _CAPABILITIES, struct.pack("6I", *rest, *others))


def end_with_parent() -> None:
    """Have this process killed when its parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL, 0, 0, 0)


def adopt_orphans() -> None:
    """Make this process the parent of those below it that lose theirs."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)


def _call(name: str, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None) -> None:
    """Call a function of the C library; raises `OSError`."""
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments):
        raise OSError(ctypes.get_errno(), name)


def _leave(folder: str) -> None:
    """Become the first process of new namespaces; raises `OSError`."""
    import fcntl  # not on Windows, like `pwd`

    user, group = os.geteuid(), os.getegid()
    passwords = f"{folder}/passwd"
    _write(passwords, _passwords(user, group, f"{folder}/home"))
    _call("unshare", _USER | _PROCESSES | _NETWORK | _MOUNTS)
    for more in (_HOST_NAME, _MEMORY):  # without these, there is still the rest
        with suppress(OSError):
            _call("unshare", more)
    end_with_parent()
    _call("prctl", _DUMPABLE, 1, 0, 0, 0)  # else its files in /proc are not its own
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH22x", b"lo", _UP))
    _call("mount", os.fsencode(passwords), b"/etc/passwd", None, _BIND, None)
    with suppress(OSError):  # where there is none
        _call("mount", b"tmpfs", b"/dev/shm", b"tmpfs", 0, b"mode=1777")
    if first := os.fork():
        _end_with(first)
    end_with_parent()
    _call("mount", b"proc", b"/proc", b"proc", 0, None)


def _write(path: str, text: str) -> None:
    # no pathlib: the server imports little
    with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123
        file.write(text)


def _end_with(child: int) -> NoReturn:
    """Wait for a child, and end as it does."""
    _, status = os.waitpid(child, 0)
    os._exit(status and 1)


def _passwords(user: int, group: int, home: str) -> str:
    """Return the password database, with another home of the user."""
    import pwd

    with open("/etc/passwd", encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123
        lines = file.read().splitlines()
    try:
        name, _, _, _, comment, _, shell = pwd.getpwuid(user)
    except KeyError:
        name, comment, shell = "reader", "", "/bin/sh"
    own = f"{name}:x:{user}:{group}:{comment}:{home}:{shell}"
    others = (line for line in lines if line.split(":")[2:3] != [str(user)])
    return "\n".join((own, *others, ""))
