from multiprocessing.pool import ThreadPool
from pathlib import Path

import pytest

from watchlist_http.server.development_key import development_keys
from watchlist_http.server.refused import StartRefused


def test_the_key_of_development_is_made_once_and_for_one_person_only(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"

    first, second = development_keys(folder), development_keys(folder)

    (file,) = folder.iterdir()
    assert first == second
    assert len(first.reveal()[0]) >= 32
    assert file.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_servers_that_start_at_once_agree_on_the_key(tmp_path: Path) -> None:
    with ThreadPool(8) as pool:
        keys = pool.map(development_keys, [tmp_path] * 8)

    assert len(set(keys)) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_where_no_key_can_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StartRefused, match=r"no key can be kept in .*/file: File exists"):
        development_keys(tmp_path / "file")


@pytest.mark.parametrize("content", [b"", b"short", b"\xff"])
def test_a_file_that_holds_no_key_is_told_and_left_alone(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "development-key"
    file.write_bytes(content)

    with pytest.raises(StartRefused, match="development-key holds no key"):
        development_keys(tmp_path)

    assert file.read_bytes() == content
