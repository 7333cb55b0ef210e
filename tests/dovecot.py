"""A real Dovecot of our own: IMAP over TLS on a free port, Maildir, any user with one password."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import imapclient

from tests.certificates import Certificate, make_certificate
from tests.servers import free_port, quick_folder

PASSWORD = "let-me-in"
START_SECONDS = 30.0

_SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
mail_location = maildir:{folder}/mail/%u:LAYOUT=fs
first_valid_uid = 1
first_valid_gid = 1
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
ssl = required
ssl_cert = <{certificate}
ssl_key = <{key}
auth_mechanisms = plain login xoauth2
disable_plaintext_auth = yes
mail_max_userip_connections = 200
maildir_very_dirty_syncs = no
mail_fsync = never
auth_failure_delay = 0
passdb {{
  driver = static
  args = password={password}
}}
{oauth}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
{extra}
"""

_OAUTH = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth.conf
}}
"""

_INTROSPECTION = """
introspection_mode = post
introspection_url = {url}
username_attribute = user
active_attribute = active
active_value = true
"""


class Dovecot:
    """A running server. ``port`` speaks IMAP over TLS; ``authority`` is the file to trust it by."""

    def __init__(
        self, folder: Path, *, certificate: Certificate | None = None, introspect: str = "", extra: str = ""
    ) -> None:
        """Start it in a folder of its own; ``introspect`` is a URL that says whose an access token is."""
        self.folder = folder
        self.port = free_port()
        made = certificate or make_certificate(folder)
        self.authority = made.certificate
        account = pwd.getpwnam("dovecot" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name)
        if introspect:
            (folder / "oauth.conf").write_text(_INTROSPECTION.format(url=introspect))
        self._config = folder / "dovecot.conf"
        self._config.write_text(
            _SETTINGS.format(
                folder=folder,
                user=account.pw_name,
                group=_group(account.pw_gid),
                uid=account.pw_uid,
                gid=account.pw_gid,
                certificate=made.certificate,
                key=made.key,
                password=PASSWORD,
                port=self.port,
                oauth=_OAUTH.format(folder=folder) if introspect else "",
                extra=extra.format(folder=folder),
            )
        )
        (folder / "mail").mkdir()
        if os.geteuid() == 0:
            os.chown(folder / "mail", account.pw_uid, account.pw_gid)
            folder.chmod(0o755)
        self._process = self._spawn()

    def _spawn(self) -> subprocess.Popen[bytes]:
        binary = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if binary is None:
            raise RuntimeError("dovecot is not installed: the tests need it (Debian: dovecot-imapd)")
        with (self.folder / "start.log").open("wb") as log:
            process = subprocess.Popen([binary, "-F", "-c", str(self._config)], stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while not _accepts(self.port):
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise RuntimeError(f"dovecot did not start: {(self.folder / 'start.log').read_text()}")
            time.sleep(0.02)
        return process

    def restart(self) -> None:
        """Stop it and start it again on the same port."""
        self.stop()
        self._process = self._spawn()

    def stop(self) -> None:
        """Stop the server and all its sessions."""
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def client(self, user: str) -> imapclient.IMAPClient:
        """Return a bare client, logged in: the other person at the mailbox."""
        context = ssl.create_default_context(cafile=str(self.authority))
        client = imapclient.IMAPClient("localhost", self.port, ssl_context=context, timeout=20)
        client.login(user, PASSWORD)
        return client

    def append(self, user: str, messages: Sequence[bytes], folder: str = "INBOX") -> None:
        """Put messages into a user's folder, in order."""
        with self.client(user) as client:
            for raw in messages:
                client.append(folder, raw)

    def admin(self, *arguments: str) -> str:
        """Run doveadm and return what it printed; raise when it fails."""
        command = ["doveadm", "-c", str(self._config), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def change_uid_validity(self, user: str, folder: str = "INBOX") -> None:
        """Make all UIDs of a folder void."""
        self.admin("mailbox", "update", "-u", user, "--uid-validity", str(int(time.time() * 1000) % 2**31), folder)

    def kick(self, user: str) -> None:
        """Throw all of a user's sessions out."""
        self.admin("kick", user)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop the processes that serve sessions, as a dead line does, and let them go on afterwards."""
        pids = [int(pid) for pid in _children(self._process.pid)]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)


@contextmanager
def running_dovecot(**settings: object) -> Iterator[Dovecot]:
    """Run a Dovecot while the block lasts."""
    folder = quick_folder("intake-dovecot-")
    server = None
    try:
        server = Dovecot(folder, **settings)  # type: ignore[arg-type]
        yield server
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _group(gid: int) -> str:
    import grp

    return grp.getgrgid(gid).gr_name


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def _accepts(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
