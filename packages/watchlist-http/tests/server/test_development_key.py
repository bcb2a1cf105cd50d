from multiprocessing.pool import ThreadPool
from pathlib import Path

from watchlist_http.server.development_key import development_keys


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
