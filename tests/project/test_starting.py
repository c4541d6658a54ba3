"""What a newcomer meets before anything runs: each problem is one line that says what to do."""

import importlib
import socket
import subprocess
import sys

import pytest

from portal.settings.base import BASE_DIR


@pytest.fixture
def bootstrap(monkeypatch, tmp_path):
    """The module deploy/bootstrap.py, writing into a folder of its own."""
    monkeypatch.syspath_prepend(str(BASE_DIR / "deploy"))
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    for name in ("bootstrap", "demo"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    module = importlib.import_module("bootstrap")
    monkeypatch.setattr(module.shutil, "which", lambda name: None)
    yield module
    for name in ("bootstrap", "demo"):
        sys.modules.pop(name, None)


@pytest.fixture
def demo(bootstrap, monkeypatch):
    """The module deploy/demo.py, in the same folder."""
    monkeypatch.setenv("PORT", "")
    return importlib.import_module("demo")


def one_line(problem):
    text = str(problem.value)
    assert "\n" not in text
    return text


def test_an_old_python_is_named_with_a_way_out(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    monkeypatch.setenv("MAKE_TARGET", "demo")
    with pytest.raises(bootstrap.Problem) as problem:
        bootstrap.use_new_enough_python()
    text = one_line(problem)
    assert "Python 3.11 or newer is needed and this is 3.9" in text
    assert "make demo PYTHON=" in text


def test_a_newer_python_beside_an_old_one_is_used(bootstrap, monkeypatch):
    started = []
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(
        bootstrap.shutil, "which", lambda name: sys.executable if name == "python3.12" else None
    )
    monkeypatch.setattr(bootstrap.os, "execv", lambda path, arguments: started.append(path))
    with pytest.raises(bootstrap.Problem):  # only because this execv comes back
        bootstrap.use_new_enough_python()
    assert started == [sys.executable]


def test_a_missing_venv_module_is_named_with_a_way_out(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap, "has_venv_module", lambda: False)
    with pytest.raises(bootstrap.Problem) as problem:
        bootstrap.make_venv(uv=None)
    assert "apt install python3-venv" in one_line(problem)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "Failed to establish a new connection: Temporary failure in name resolution",
            "no network",
        ),
        ("error sending request for url", "no network"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "could not be installed"),
    ],
)
def test_a_failed_installation_is_one_line_and_a_log(bootstrap, monkeypatch, said, told, tmp_path):
    monkeypatch.setattr(bootstrap, "run_installer", lambda command, total: (1, said))
    with pytest.raises(bootstrap.Problem) as problem:
        bootstrap.install_packages(runtime_only=False, uv=None)
    assert told in one_line(problem)
    assert (tmp_path / "install.log").read_text() == said


def test_pip_takes_over_where_uv_fails(bootstrap, monkeypatch):
    used = []

    def install(command, total):
        used.append(command[0])
        return (1, "no such index") if command[0] == "uv" else (0, "")

    monkeypatch.setattr(bootstrap, "run_installer", install)
    bootstrap.install_packages(runtime_only=False, uv="uv")
    assert used == ["uv", str(bootstrap.PYTHON)]


def test_everything_is_checked_against_hashes(bootstrap, monkeypatch):
    commands = []
    monkeypatch.setattr(
        bootstrap, "run_installer", lambda command, total: (commands.append(command), (1, ""))[1]
    )
    with pytest.raises(bootstrap.Problem):
        bootstrap.install_packages(runtime_only=True, uv="uv")
    assert len(commands) == 2
    assert all("--require-hashes" in command for command in commands)
    assert all(str(BASE_DIR / "requirements-dev.txt") not in command for command in commands)


def test_installed_once_is_installed_until_a_lock_changes(bootstrap, monkeypatch, tmp_path):
    ran = []
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "installed")
    monkeypatch.setattr(bootstrap, "python_works", lambda: True)
    monkeypatch.setattr(bootstrap, "install_packages", lambda runtime_only, uv: ran.append(1))
    bootstrap.install()
    bootstrap.install()
    bootstrap.install(runtime_only=True)
    assert ran == [1]
    monkeypatch.setattr(bootstrap, "fingerprint", lambda paths: "changed")
    bootstrap.install()
    assert ran == [1, 1]


def test_a_problem_ends_with_one_line_and_status_1():
    done = subprocess.run(
        [sys.executable, "deploy/demo.py"],
        cwd=BASE_DIR,
        env={"PORT": "none", "PATH": ""},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "PORT=none is no port: choose a number, as in make demo PORT=8001\n"


# The demo


def test_a_taken_port_is_named_with_another(demo, monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setattr(demo, "PORT", str(port))
        with pytest.raises(demo.Problem) as problem:
            demo.check_address()
    assert f"Port {port} is taken" in one_line(problem)
    assert f"make demo PORT={port + 1}" in one_line(problem)
    demo.check_address()  # and free again


@pytest.mark.parametrize("port", ["eight", "0", "99999", "-1"])
def test_what_is_no_port_is_named(demo, monkeypatch, port):
    monkeypatch.setattr(demo, "PORT", port)
    with pytest.raises(demo.Problem) as problem:
        demo.check_address()
    assert f"PORT={port} is no port" in one_line(problem)


def test_a_second_demo_in_the_same_folder_is_refused(demo):
    first = demo.hold_lock()
    with pytest.raises(demo.Problem) as problem:
        demo.hold_lock()
    assert "A demo is running" in one_line(problem)
    first.close()
    demo.hold_lock().close()


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("demo.local", "http://demo.local:8000"),
    ],
)
def test_the_address_that_is_printed_can_be_opened(demo, monkeypatch, host, url):
    monkeypatch.setattr(demo, "HOST", host)
    assert demo.url_of_site() == url


def test_a_step_runs_again_when_what_it_is_made_from_changes(demo, monkeypatch):
    ran = []
    monkeypatch.setattr(demo, "run", lambda arguments: ran.append(arguments) or 0)

    def step(made_from, **options):
        return demo.step("static", "Collecting", made_from, [["collectstatic"]], **options)

    assert [step("a"), step("a"), step("b"), step("b", force=True)] == [True, False, True, True]
    assert ran == [["manage.py", "collectstatic"]] * 3


def test_a_step_that_failed_runs_again(demo, monkeypatch):
    outcomes = [1, 0]
    monkeypatch.setattr(demo, "run", lambda arguments: outcomes.pop(0))
    with pytest.raises(demo.Problem) as problem:
        demo.step("database", "Making the database", "a", [["migrate"]])
    assert "make demo-reset starts over" in one_line(problem)
    assert demo.step("database", "Making the database", "a", [["migrate"]])


def test_starting_over_removes_what_the_demo_wrote_and_nothing_else(demo, tmp_path):
    for name in ["db.sqlite3", "db.sqlite3-wal", "versions", "notes.txt", "search/x", "media/y"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    demo.reset()
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_the_environment_of_the_demo_serves_as_production_does(demo):
    made = demo.environment()
    assert made["GRANIAN_WORKERS"] == "2"
    assert made["GRANIAN_INTERFACE"] == "wsgi"
    assert made["DJANGO_SETTINGS_MODULE"] == "portal.settings.demo"
