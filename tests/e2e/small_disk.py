"""Disks of a few megabytes for tests that fill them: tmpfs mounts that only this process sees."""

import ctypes
import errno
import os
import subprocess

CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000


def private_mounts():
    """Gives this process a mount namespace of its own, as root or in a user namespace. None when it
    has one, else why not. The mounts go with the process, however it ends."""
    user, group = os.getuid(), os.getgid()
    flags = CLONE_NEWNS if user == 0 else CLONE_NEWNS | CLONE_NEWUSER
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags) != 0:
        return f"no mount namespace: {os.strerror(ctypes.get_errno())}"
    if user != 0:
        for name, line in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"),
                           ("gid_map", f"0 {group} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(line)
    done = subprocess.run(["mount", "--make-rprivate", "/"], capture_output=True, text=True)
    return done.stderr.strip() or None if done.returncode else None


class SmallDisk:
    """A tmpfs of `megabytes` at `path`."""

    def __init__(self, path, megabytes):
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "edgerack-test",
                        str(path)], check=True, capture_output=True)

    @property
    def _ballast(self):
        return self.path / "ballast"

    def fill(self):
        """Takes every byte that is left, also what is freed meanwhile when called again."""
        with open(self._ballast, "ab", buffering=0) as file:
            size = 1 << 20
            while size:
                try:
                    if file.write(bytes(size)) < size:
                        raise OSError(errno.ENOSPC, "full")
                except OSError as error:
                    assert error.errno == errno.ENOSPC, error
                    size //= 2

    def free(self):
        self._ballast.unlink(missing_ok=True)

    def close(self):
        subprocess.run(["umount", "--lazy", str(self.path)], check=True)
