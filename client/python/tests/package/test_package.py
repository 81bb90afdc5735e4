"""Types, style, and that source distribution and wheel install into an empty environment."""

import subprocess
import sys
import tarfile
import zipfile

import pytest
from conftest import CLIENT, ROOT, url

import make_async

# What an installed package is asked: a call, a record, and that nothing but it was needed.
QUESTION = """
import importlib.util, pathlib, sys
import edgerack as er
assert str(pathlib.Path(er.__file__)).startswith(sys.prefix), er.__file__
assert pathlib.Path(er.__file__).with_name("py.typed").exists()
for absent in ("grpc_tools", "hatchling", "google.api", "pandas", "matplotlib", "keras", "torch"):
    try:
        found = importlib.util.find_spec(absent)
    except ModuleNotFoundError:
        found = None
    assert found is None, f"{absent} is not needed, and here"
try:
    er.Results().to_pandas()
except er.MissingPackage as error:
    print(error.code)
with er.Client(sys.argv[1]) as client:
    print(client.boards()[0].id, type(client.models()).__name__)
"""


def run(*command, **options):
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=300, check=False,
        **options,
    )  # fmt: skip


def checked(*command, **options):
    done = run(*command, **options)
    assert done.returncode == 0, f"{' '.join(map(str, command))}:\n{done.stdout}{done.stderr}"
    return done.stdout


def test_mypy_finds_nothing(tmp_path):
    checked(sys.executable, "-m", "mypy", "--cache-dir", tmp_path, cwd=CLIENT)


def test_mypy_finds_what_is_wrong(tmp_path):
    """The types are seen from outside too."""
    user = tmp_path / "user.py"
    user.write_text("import edgerack as er\nx: int = er.Client().boards()\n")
    done = run(
        sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", user,
        cwd=tmp_path, env={"MYPYPATH": str(CLIENT / "src"), "PATH": ""},
    )  # fmt: skip
    assert "list[Board]" in done.stdout, done.stdout + done.stderr


def test_ruff_finds_nothing():
    checked(sys.executable, "-m", "ruff", "check", "--no-cache", ".", cwd=CLIENT)
    checked(sys.executable, "-m", "ruff", "format", "--no-cache", "--check", ".", cwd=CLIENT)


def test_the_asyncio_client_is_made_from_the_other():
    source = CLIENT / "src" / "edgerack"
    made = make_async.asynchronous((source / "client.py").read_text())
    assert (source / "aio.py").read_text() == made, "run client/python/make_async.py"


@pytest.fixture(scope="module")
def distributions(tmp_path_factory):
    """The source distribution, and the wheel that is built from it and nothing else."""
    folder = tmp_path_factory.mktemp("dist")
    checked(
        sys.executable, "-m", "build", "--no-isolation", "--skip-dependency-check", "--outdir",
        folder, CLIENT, cwd=folder,
    )  # fmt: skip
    return next(folder.glob("*.tar.gz")), next(folder.glob("*.whl"))


def test_the_source_distribution_has_the_protos_and_not_what_is_made_of_them(distributions):
    with tarfile.open(distributions[0]) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    protos = {f"proto/edgerack/v1/{p.name}" for p in (ROOT / "proto/edgerack/v1").glob("*.proto")}
    assert protos <= names
    assert {"pyproject.toml", "README.md", "LICENSE", "build_schema.py"} <= names
    assert not any(name.endswith("schema.binpb") for name in names)


def test_the_wheel_has_the_schema_and_no_tests(distributions):
    with zipfile.ZipFile(distributions[1]) as archive:
        names = archive.namelist()
    assert "edgerack/_proto/schema.binpb" in names
    assert "edgerack/py.typed" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert all(name.startswith(("edgerack/", "edgerack-")) for name in names)


@pytest.mark.parametrize("kind", [0, 1], ids=["sdist", "wheel"])
def test_it_installs_into_an_empty_environment(distributions, kind, tmp_path, farm):
    checked(sys.executable, "-m", "venv", tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    pip = (python, "-m", "pip", "--disable-pip-version-check", "--no-input")
    done = run(*pip, "install", "--retries", "1", "--timeout", "20", distributions[kind])
    if done.returncode != 0:
        reach = run(*pip, "download", "--no-deps", "--dest", tmp_path, "--retries", "1", "tqdm")
        if reach.returncode != 0:
            pytest.skip("PyPI gives no packages: installing is NOT tested")
    assert done.returncode == 0, done.stdout + done.stderr
    said = checked(python, "-c", QUESTION, url(farm), cwd=tmp_path)
    assert said.split() == ["PACKAGE_MISSING", "virtual-f746", "list"]
