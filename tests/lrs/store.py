"""Ralph, a real LRS, as a process of its own on the loopback."""

import base64
import json
import os
import socket
import subprocess
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from lms.config import CHECKOUT

PYTHON = CHECKOUT / "var" / "ralph" / "bin" / "python"
LOGIN = ("federacion", "secreta")
HERE = Path(__file__).parent
# "secreta", with bcrypt at its lowest cost
USER = {
    "agent": {"account": {"name": "federacion", "homePage": "https://lrs.demo.test"}},
    "scopes": ["statements/write", "statements/read"],
    "hash": "$2b$04$iU16sbagBhkbevfJGhjyUubUvG6L0oDSzXkJ6WmgI5Gc38BcEHWxO",
    "username": LOGIN[0],
}


class Ralph:
    """It keeps its statements in a folder, so that it may be ended and begun again. The socket is ours: who asks before it
    listens waits for it."""

    def __init__(self, folder: Path) -> None:
        assert PYTHON.exists(), "Ralph is missing: bin/setup --dev installs it."
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "auth.json").write_text(json.dumps([USER]))
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(64)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/xAPI"
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Start it, and come back when it answers."""
        given = {
            "RALPH_APP_DIR": str(self._folder),
            "RALPH_AUTH_FILE": str(self._folder / "auth.json"),
            "RALPH_RUNSERVER_BACKEND": "fs",
            "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(self._folder / "statements"),
        }
        number = self._socket.fileno()
        command = [
            PYTHON,
            "-m",
            "uvicorn",
            "--app-dir",
            HERE,
            "ralph_app:app",
            "--fd",
            str(number),
            "--log-level",
            "error",
        ]
        self._process = subprocess.Popen(
            command, env=os.environ | given, cwd=self._folder, pass_fds=[number], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with urlopen(self.url.replace("/xAPI", "/__lbheartbeat__"), timeout=60):
            return

    def end(self) -> None:
        """Kill it. Its socket stays open, and nobody answers there."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """Let go of everything."""
        self.end()
        self._socket.close()

    def statements(self) -> list[dict[str, Any]]:
        """All that it has, the oldest first."""
        request = Request(f"{self.url}/statements?ascending=true&limit=500")
        request.add_header("Authorization", f"Basic {_basic()}")
        request.add_header("X-Experience-API-Version", "1.0.3")
        with urlopen(request, timeout=30) as answer:
            return json.load(answer)["statements"]


def _basic() -> str:
    return base64.b64encode(":".join(LOGIN).encode()).decode()
