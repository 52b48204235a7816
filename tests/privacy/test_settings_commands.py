"""`init`, `check` and `report`, run as a user runs them, and the report in a browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner

import voxvalley_privacy as vp
from tests.require import SERVICES, absent
from voxvalley_privacy import privacy as front
from voxvalley_privacy.cli._app import app

FRAMEWORKS = ("plain", "fastapi", "flask", "django", "celery")
NUMBER = "+447700900123"
MOST_BYTES = 400_000


def _run(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    keys = vp.KeyRing.generate().to_text()
    return subprocess.run(
        [sys.executable, *args],
        cwd=folder,
        env={**os.environ, "VOXVALLEY_PRIVACY_KEYS": keys},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _command(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return _run(folder, "-m", "voxvalley_privacy", *args)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_init_writes_a_file_that_passes_and_python_that_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, framework: str
) -> None:
    """The file has no mistake, and the Python uses it with the framework itself."""
    options = ("--framework", framework, "--output", "privacy.toml", "--yes")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["init", *options])
    checked = CliRunner().invoke(app, ["check", "privacy.toml"])
    (tmp_path / "start.py").write_text(done.stdout)
    started = _run(tmp_path, "start.py")

    assert (0, 0, 0) == (done.exit_code, checked.exit_code, started.returncode), started.stderr
    if framework == "plain":
        assert "call ended: +1********32\n" == started.stderr


def test_init_never_replaces_a_file(tmp_path: Path) -> None:
    """A settings file that is there stays as it is."""
    (tmp_path / "privacy.toml").write_text("mine")
    done = _command(tmp_path, "init", "--yes")

    assert 2 == done.returncode
    assert "mine" == (tmp_path / "privacy.toml").read_text()


def test_check_names_each_mistake_by_file_and_line(tmp_path: Path) -> None:
    """The exit code is 2, and each line begins with the place."""
    (tmp_path / "privacy.toml").write_text('version = 1\n[lgos]\n[logs]\ncall = "full"\n')
    done = _command(tmp_path, "check", "privacy.toml")

    places = [line.split(": ")[0] for line in done.stderr.splitlines()]
    assert (2, ["privacy.toml:2", "privacy.toml:4"]) == (done.returncode, places)
    assert "did you mean 'logs'?" in done.stderr


def test_a_report_over_broken_settings_says_what_is_broken(tmp_path: Path) -> None:
    """The page and the Markdown are written, with the lines; the exit code says that it is broken."""
    (tmp_path / "privacy.toml").write_text('version = 1\n[logs]\ncall = "full"\n')
    for name in ("report.html", "report.md"):
        done = _command(tmp_path, "report", "privacy.toml", "-o", name)

        assert 2 == done.returncode
        assert "privacy.toml:3" in (tmp_path / name).read_text()


class _Page(HTMLParser):
    """Collect what a page would load, and the headings and links that it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in {"script", "link", "img", "iframe", "object"} or "src" in values:
            self.loads.append(tag)
        if values.get("id"):
            self.ids.append(str(values["id"]))
        if tag == "a":
            self.links.append(str(values["href"]))


def test_the_report_is_one_small_page_that_loads_nothing() -> None:
    """No script, picture or style sheet of another place; each link leads to a part of the page."""
    page = front.report_html(vp.voxvalley_defaults())
    read = _Page(page)

    assert len(page.encode()) <= MOST_BYTES
    assert [] == read.loads
    assert not re.search(r"url\(|@import", page)
    assert {link.removeprefix("#") for link in read.links} <= {*read.ids}
    assert len(read.ids) == len({*read.ids})


def test_the_playground_holds_no_value_as_it_was(tmp_path: Path) -> None:
    """A record of the user's is shown for each audience; none of its values is in the page."""
    record = {
        "from": NUMBER,
        "to": "+447700900456",
        "status": "busy",
        "note": f"Zoe called from {NUMBER}",
        "legs": [{"ip": "198.51.100.7"}],
    }
    (tmp_path / "privacy.toml").write_text("version = 1\n[records.calls]\n")
    (tmp_path / "record.json").write_text(json.dumps(record))
    options = ("--record", "record.json", "--as", "calls", "-o", "report.html")
    done = _command(tmp_path, "report", "privacy.toml", *options)
    page = (tmp_path / "report.html").read_text()

    assert 0 == done.returncode, done.stderr
    assert "Playground" in page
    for value in (NUMBER, NUMBER[1:], "+447700900456", "198.51.100.7", f"called from {NUMBER}"):
        assert value not in page


def test_the_markdown_has_the_same_tables() -> None:
    """Each part of the page is a part of the Markdown, and every row has all its cells."""
    text = front.report_markdown(vp.voxvalley_defaults())

    for title in ("Policy map", "Logs", "Cache", "Consent", "Retention", "Sub-processors", "Gaps"):
        assert f"\n## {title}\n" in text
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
        assert 1 == len(widths)


# In a browser -------------------------------------------------------------------------------------

# axe is run in the page; what it finds, and whether the page is wider than its window, is left in it.
_PROBE = """
<script>%s</script><script>
axe.run(document).then(function (found) {
  var left = {
    violations: found.violations.map(function (each) {
      return each.id + ' ' + each.nodes[0].html.slice(0, 200);
    }),
    passes: found.passes.length,
    dark: matchMedia('(prefers-color-scheme: dark)').matches,
    wider: document.documentElement.scrollWidth - window.innerWidth
  };
  document.body.innerHTML = '<pre id="left">' + JSON.stringify(left).replace(/</g, '&lt;') + '</pre>';
});
</script></body>"""


@pytest.mark.parametrize(("window", "dark"), [("1280,900", False), ("500,900", True)])
def test_the_report_has_no_violation_in_chromium(tmp_path: Path, window: str, dark: bool) -> None:
    """Light and wide, dark and narrow: axe-core finds nothing, and nothing is cut at the side."""
    chromium = shutil.which("chromium")
    if chromium is None:
        absent("chromium is not installed.", required_by=SERVICES)
    package = find_spec("axe_playwright_python")
    if package is None or package.origin is None:
        absent("axe-playwright-python is not installed.", required_by=SERVICES)
    axe = Path(str(package.origin)).with_name("axe.min.js").read_text(encoding="utf-8")
    page = front.report_html(vp.voxvalley_defaults())
    # The page forbids scripts, so the copy that is tested goes without that line.
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    (tmp_path / "page.html").write_text(page.replace("</body>", _PROBE % axe))

    done = subprocess.run(
        [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--window-size={window}",
            f"--user-data-dir={tmp_path}/profile", "--virtual-time-budget=20000", "--dump-dom",
            *(["--blink-settings=preferredColorScheme=0"] if dark else []),
            f"file://{tmp_path}/page.html",
        ],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip

    shown = re.search(r'<pre id="left">(.*?)</pre>', done.stdout, re.DOTALL)
    assert shown is not None, done.stderr[-500:]
    left = json.loads(shown[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    assert [] == left["violations"]
    assert left["passes"] > 10
    assert dark is left["dark"]
    assert left["wider"] <= 0
