"""A file is there whole or not at all, however many write it at once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from core.files import write_whole


def test_many_writers_of_one_file_never_mix_or_fail(tmp_path: Path) -> None:
    path = tmp_path / "a" / "picture.png"
    contents = [bytes([n]) * 200_000 for n in range(8)]
    start, failed = threading.Barrier(8), []

    def write(content: bytes) -> None:
        start.wait()
        try:
            for _ in range(10):
                write_whole(path, content)
        except OSError as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert path.read_bytes() in contents
    assert list(path.parent.iterdir()) == [path]


def test_what_fails_leaves_the_old_file_and_no_rubbish(tmp_path: Path) -> None:
    path = tmp_path / "program"
    write_whole(path, b"proven", durable=True)
    with pytest.raises(TypeError):
        write_whole(path, "text")  # type: ignore[arg-type]
    assert path.read_bytes() == b"proven"
    assert list(tmp_path.iterdir()) == [path]
