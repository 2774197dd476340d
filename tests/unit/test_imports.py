import ast
import subprocess
import sys
from pathlib import Path

import pytest

import aztui

SOURCE = Path(aztui.__file__).parent


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", sorted((SOURCE / "core").glob("*.py")), ids=lambda p: p.name)
def test_the_core_needs_the_standard_library_only(path: Path) -> None:
    foreign = {
        name
        for name in imported(path)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not name.startswith("aztui.core")
    }
    assert not foreign


@pytest.mark.parametrize("path", sorted((SOURCE / "explore").glob("*.py")), ids=lambda p: p.name)
def test_exploring_needs_the_standard_library_and_the_core(path: Path) -> None:
    foreign = {
        name
        for name in imported(path)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not name.startswith(("aztui.core", "aztui.explore"))
    }
    assert not foreign


@pytest.mark.parametrize("path", sorted((SOURCE / "emulator").rglob("*.py")), ids=lambda p: p.name)
def test_the_emulator_needs_the_standard_library_and_what_a_request_is(path: Path) -> None:
    # The child process alone runs the engine.
    allowed = {"xllamacpp"} if path.name == "child.py" else set()
    foreign = {
        name
        for name in imported(path)
        if name.partition(".")[0] not in sys.stdlib_module_names | allowed
        and name != "aztui.core.request"
        and not name.startswith("aztui.emulator")
    }
    assert not foreign


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("aztui.cli", ("openai", "httpx2", "textual", "rich", "xllamacpp")),
        ("aztui.cli.program", ("click", "aztui.cli.ask", "aztui.cli.doctor", "aztui.cli.tui")),
        ("aztui.cli.ask", ("openai", "textual", "rich.console", "subprocess", "aztui.emulator")),
        (
            "aztui.cli.tui",
            ("click", "openai", "textual", "rich.console", "subprocess", "aztui.emulator"),
        ),
        ("aztui.azure.engine", ("openai", "httpx2", "textual", "jiter", "aztui.azure.answering")),
        (
            "aztui.ui.app",
            (
                *("openai", "httpx2", "pygments", "markdown_it", "aztui.ui.markdown"),
                *("aztui.ui.screens.welcome", "aztui.ui.screens.approval", "aztui.ui.offers"),
            ),
        ),
        ("aztui.terminal.sanitise", ("textual", "rich.console")),
    ],
)
def test_a_light_module_stays_light(module: str, heavy: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print(*(m for m in {heavy!r} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_no_start_defines_frozen_dataclasses_the_slow_way() -> None:
    code = """
import sys, aztui.cli.tui, aztui.ui.app
for module in filter(lambda name: name.startswith("aztui."), list(sys.modules)):
    for name, value in vars(sys.modules[module]).items():
        parameters = vars(value).get("__dataclass_params__") if isinstance(value, type) else None
        if parameters and parameters.frozen and value.__module__ == module:
            print(f"{module}.{name}")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [], "import dataclass from aztui.core.data"
