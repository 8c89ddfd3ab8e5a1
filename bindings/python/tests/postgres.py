"""A PostgreSQL server of its own for the tests, on a free port, as a user without rights."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

USER = "postgres"


def programs() -> Path | None:
    """Returns the folder with the server's programs; None where none is installed."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    folders = [*versions, *map(Path, os.environ.get("PATH", "").split(os.pathsep))]
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


class Server:
    """A running server, with as many databases as are asked for."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp())
        self.folder.chmod(0o755)
        self.data = self.folder / "data"
        self.data.mkdir()
        if os.geteuid() == 0:
            shutil.chown(self.data, USER)
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = int(listener.getsockname()[1])
        options = [
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--username=doku",
            "-D",
            str(self.data),
        ]
        subprocess.run(self.command("initdb", *options), check=True, stdout=subprocess.DEVNULL, cwd="/")
        serve = ["-D", str(self.data), "-k", str(self.data), "-p", str(self.port), "-c", "listen_addresses=127.0.0.1"]
        self.process = subprocess.Popen(
            self.command("postgres", *serve), cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.made = 0
        while not self.is_ready():
            assert self.process.poll() is None, "the server did not start"

    def command(self, program: str, *options: str) -> list[str]:
        drop = ["setpriv", "--reuid", USER, "--regid", USER, "--clear-groups", "--"] if os.geteuid() == 0 else []
        return [*drop, str(self.programs / program), *options]

    def psql(self, *options: str) -> subprocess.CompletedProcess[bytes]:
        command = self.command("psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "doku", "-q", *options)
        return subprocess.run(command, capture_output=True, cwd="/", check=False)

    def is_ready(self) -> bool:
        return self.psql("-d", "postgres", "-c", "select 1").returncode == 0

    def database(self) -> str:
        """Makes an empty database and returns its address."""
        self.made += 1
        name = f"store_{self.made}"
        assert self.psql("-d", "postgres", "-c", f"create database {name}").returncode == 0
        return f"postgres://doku@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(120)
        shutil.rmtree(self.folder)
