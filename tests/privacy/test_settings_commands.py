"""`init`, `check` and `report`, run as a user runs them, and the report in a browser."""

from __future__ import annotations

import base64
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from click.testing import Result
from typer.testing import CliRunner

import voxvalley_privacy as vp
from tests.require import SERVICES, absent
from voxvalley_privacy import privacy as front
from voxvalley_privacy.cli._app import app

_Started: TypeAlias = tuple[int, int, str, str]
FRAMEWORKS = ("plain", "fastapi", "flask", "django", "celery")
NUMBER = "+447700900123"
MOST_BYTES = 400_000


# Each folder's Python runs in a fork of one process, which has loaded the library already.
_RUN_ALL = """
import os, runpy, sys, traceback
import voxvalley_privacy as vp
vp.Privacy, vp.logs
codes = []
for folder in sys.argv[1:]:
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        os.dup2(os.open("written", os.O_CREAT | os.O_WRONLY), 2)
        code = 0
        try:
            runpy.run_path("start.py", run_name="__main__")
        except BaseException:
            traceback.print_exc()
            code = 1
        sys.stderr.flush()
        os._exit(code)
    codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
print(*codes)
"""


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> dict[str, _Started]:
    """Run `init`, `check` and the Python that `init` printed, for each framework."""
    folders = {name: tmp_path_factory.mktemp(name) for name in FRAMEWORKS}
    checked: dict[str, tuple[int, int]] = {}
    for name, folder in folders.items():
        path = str(folder / "privacy.toml")
        options = ("--framework", name, "--output", path, "--yes")
        done = CliRunner().invoke(app, ["init", *options])
        (folder / "start.py").write_text(done.stdout)
        checked[name] = (done.exit_code, CliRunner().invoke(app, ["check", path]).exit_code)
    ran = subprocess.run(
        [sys.executable, "-c", _RUN_ALL, *map(str, folders.values())],
        env={**os.environ, "VOXVALLEY_PRIVACY_KEYS": vp.KeyRing.generate().to_text()},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    codes = dict(zip(FRAMEWORKS, ran.stdout.split()[-len(FRAMEWORKS) :], strict=True))
    return {
        name: (*checked[name], codes[name], (folders[name] / "written").read_text())
        for name in FRAMEWORKS
    }


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command in an empty folder, in this process: a fresh one takes a second to begin."""
    monkeypatch.chdir(tmp_path)
    return lambda *args: CliRunner().invoke(app, args)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_init_writes_a_file_that_passes_and_python_that_runs(
    started: dict[str, _Started], framework: str
) -> None:
    """The file has no mistake, and the Python uses it with the framework itself."""
    written, checked, ran, printed = started[framework]

    assert (0, 0, "0") == (written, checked, ran), printed
    if framework == "plain":
        assert "call ended: +1********32\n" == printed


def test_init_asks_five_questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer is in the file, and an answer that cannot be used writes none."""
    monkeypatch.chdir(tmp_path)
    answers = ("flask", "asterisk.cdr_csv", "GB", "env:APP_KEYS", "sqlite:privacy.db")
    wrong = CliRunner().invoke(app, ["init"], input="rails\n" + "\n" * 4)
    assert (2, False) == (wrong.exit_code, (tmp_path / "privacy.toml").exists())

    done = CliRunner().invoke(app, ["init"], input="\n".join(answers) + "\n")
    written = (tmp_path / "privacy.toml").read_text()

    assert 0 == done.exit_code
    assert 5 == done.stdout.count("?")
    assert [] == [answer for answer in answers[1:] if f'"{answer}"' not in written]
    assert "flask" in done.stdout


def test_init_never_replaces_a_file(tmp_path: Path, command: Callable[..., Result]) -> None:
    """A settings file that is there stays as it is."""
    (tmp_path / "privacy.toml").write_text("mine")
    done = command("init", "--yes")

    assert 2 == done.exit_code
    assert "mine" == (tmp_path / "privacy.toml").read_text()


def test_check_names_each_mistake_by_file_and_line(
    tmp_path: Path, command: Callable[..., Result]
) -> None:
    """The exit code is 2, and each line begins with the place."""
    (tmp_path / "privacy.toml").write_text('version = 1\n[lgos]\n[logs]\ncall = "full"\n')
    done = command("check", "privacy.toml")

    places = [line.split(": ")[0] for line in done.stderr.splitlines()]
    assert (2, ["privacy.toml:2", "privacy.toml:4"]) == (done.exit_code, places)
    assert "did you mean 'logs'?" in done.stderr


def test_a_report_over_broken_settings_says_what_is_broken(
    tmp_path: Path, command: Callable[..., Result]
) -> None:
    """The page and the Markdown are written, with the lines; the exit code says that it is broken."""
    (tmp_path / "privacy.toml").write_text('version = 1\n[logs]\ncall = "full"\n')
    for name in ("report.html", "report.md"):
        done = command("report", "privacy.toml", "-o", name)

        assert 2 == done.exit_code
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


def test_the_playground_holds_no_value_as_it_was(
    tmp_path: Path, command: Callable[..., Result]
) -> None:
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
    done = command("report", "privacy.toml", *options)
    page = (tmp_path / "report.html").read_text()

    assert 0 == done.exit_code, done.stderr
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

_TOOL = Path(__file__).resolve().parents[2] / "tools" / "write_report_pictures.py"
_PICTURES = _TOOL.parents[1] / "docs" / "pictures"
# Both pictures are drawn on a grid of 64 columns, so that fonts of another machine do not count.
_COMPARE = """async ([a, b]) => {
  const cells = async (bytes) => {
    const image = new Image();
    image.src = 'data:image/png;base64,' + bytes;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = 64;
    canvas.height = Math.round(64 * image.height / image.width);
    const pen = canvas.getContext('2d');
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    return pen.getImageData(0, 0, canvas.width, canvas.height).data;
  };
  const [x, y] = [await cells(a), await cells(b)];
  if (x.length !== y.length) return 1;
  let other = 0;
  for (let at = 0; at < x.length; at += 4) other += Math.abs(x[at] - y[at]) > 32;
  return other / (x.length / 4);
}"""
_AXE = """(options) => axe.run(document, options).then((found) => ({
  violations: found.violations.map((each) => each.id + ' ' + each.nodes[0].html.slice(0, 200)),
  passes: found.passes.length,
  dark: matchMedia('(prefers-color-scheme: dark)').matches,
  wider: document.documentElement.scrollWidth - window.innerWidth,
}))"""
_PATIENCE = 120_000  # milliseconds: a machine that does much else is slow
_SCREENS = ("light", "dark", "phone")


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """Open the report on each screen once: what axe-core says, and how far the pictures differ."""
    chromium = shutil.which("chromium")
    if chromium is None:
        absent("chromium is not installed.", required_by=SERVICES)
    package = find_spec("axe_playwright_python")
    if package is None or package.origin is None:
        absent("axe-playwright-python is not installed.", required_by=SERVICES)
    from playwright.sync_api import sync_playwright

    axe = Path(str(package.origin)).with_name("axe.min.js").read_text(encoding="utf-8")
    tool = runpy.run_path(str(_TOOL))
    kept = {name: _base64(_PICTURES / f"report-{name}.png") for name in _SCREENS}
    left: dict[str, Any] = {}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"], timeout=_PATIENCE
        )
        for name in _SCREENS:
            page = browser.new_page(bypass_csp=True, **tool["SCREENS"][name])
            page.set_default_timeout(_PATIENCE)
            page.set_content(tool["report"]())
            taken = base64.b64encode(page.screenshot()).decode()
            page.add_script_tag(content=axe)
            # The dark page is the light one in other colors.
            only = {"runOnly": ["cat.color", "cat.structure"]} if name == "dark" else {}
            left[name] = page.evaluate(_AXE, only)
            left[name]["differs"] = page.evaluate(_COMPARE, [taken, kept[name]])
            page.keyboard.press("Tab")
            left[name]["focus"] = page.evaluate("() => document.activeElement.className")
        left["light and dark"] = page.evaluate(_COMPARE, [kept["light"], kept["dark"]])
        browser.close()
    return left


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


@pytest.mark.parametrize("screen", _SCREENS)
def test_the_report_has_no_violation_in_chromium(seen: dict[str, Any], screen: str) -> None:
    """On every screen axe-core finds nothing, nothing is cut at the side, and a tab skips the links."""
    assert [] == seen[screen]["violations"]
    assert seen[screen]["passes"] >= (1 if screen == "dark" else 10)
    assert (screen == "dark") is seen[screen]["dark"]
    assert seen[screen]["wider"] <= 0
    assert "skip" == seen[screen]["focus"]


@pytest.mark.parametrize("screen", _SCREENS)
def test_the_report_looks_as_in_the_docs(seen: dict[str, Any], screen: str) -> None:
    """A screenshot differs from the one in the docs in few cells; `tools/write_report_pictures.py` renews it."""
    assert seen[screen]["differs"] < 0.1


def test_a_screenshot_that_differs_is_seen(seen: dict[str, Any]) -> None:
    """Light and dark are told apart, so the comparison can fail."""
    assert seen["light and dark"] > 0.5
