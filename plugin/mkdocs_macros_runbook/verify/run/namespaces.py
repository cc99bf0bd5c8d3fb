"""Namespaces of Linux: blocks get a network, processes and a home of their own.

The server imports this file by its name alone. In a network namespace no program reaches another
host, and when the first process of a process namespace ends, all others do.
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct
from typing import NoReturn

from parent import end_with_parent  # type: ignore[import-not-found] # beside this file

_MOUNTS, _USER, _PROCESSES, _NETWORK = 0x00020000, 0x10000000, 0x20000000, 0x40000000
_BIND, _SET_FLAGS, _UP = 0x1000, 0x8914, 1
_DUMPABLE = 4


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
    """Take from this process what its user has not: the capabilities over its namespaces."""
    if os.geteuid():
        _Call("capset")(struct.pack("Ii", 0x20080522, 0), bytes(24))


class _Call:
    """A function of the C library, which raises `OSError`."""

    _library = ctypes.CDLL(None, use_errno=True)

    def __init__(self, name: str) -> None:
        self._function = getattr(self._library, name)

    def __call__(self, *arguments: int | bytes | None) -> None:
        if self._function(*arguments):
            raise OSError(ctypes.get_errno(), self._function.__name__)


def _leave(folder: str) -> None:
    """Become the first process of new namespaces; raises `OSError`."""
    import fcntl  # not on Windows, like `pwd`

    user, group = os.geteuid(), os.getegid()
    passwords = f"{folder}/passwd"
    _write(passwords, _passwords(user, group, f"{folder}/home"))
    control, mount = _Call("prctl"), _Call("mount")
    _Call("unshare")(_USER | _PROCESSES | _NETWORK | _MOUNTS)
    end_with_parent()
    control(_DUMPABLE, 1, 0, 0, 0)  # else its files in /proc are not its own
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH22x", b"lo", _UP))
    mount(os.fsencode(passwords), b"/etc/passwd", None, _BIND, None)
    if first := os.fork():
        _end_with(first)
    end_with_parent()
    mount(b"proc", b"/proc", b"proc", 0, None)


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
