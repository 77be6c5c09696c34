"""Pictures from strangers: what is read, what is refused and how it is said, and what is kept."""

import io
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from configurator import blobs
from configurator.uploads import sandbox
from configurator.uploads.readers import READERS
from core.errors import BadInput, NotFound
from tests.configurator.crafted import PICTURES, crafted, ramp, saved

ROOT = Path(__file__).parents[2]


@contextmanager
def as_file(data):
    with tempfile.TemporaryFile() as file:
        file.write(data)
        yield file


def read(data):
    with as_file(data) as file:
        return sandbox.read("picture", file)[1]


def grey(blob):
    array = blob.arrays["grey"]
    return np.frombuffer(array.data, np.uint8).reshape(array.shape)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_three_kinds_of_picture_are_read_alike(kind):
    blob = read(saved(ramp().convert("RGB"), kind, quality=95))
    assert (blob.facts["width"], blob.facts["height"]) == (64, 48)
    assert np.abs(grey(blob).astype(int) - np.asarray(ramp())).max() <= 6
    with Image.open(io.BytesIO(blob.arrays["thumb"].data)) as thumb:
        assert thumb.size == (64, 48)


def test_a_large_picture_is_made_smaller_and_keeps_its_aspect():
    blob = read(saved(ramp(2000, 1000), "JPEG"))
    assert grey(blob).shape == (400, 800)
    assert blob.facts["from"] == [2000, 1000]


def test_what_the_camera_turned_is_turned_back():
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its side
    assert grey(read(saved(ramp(), "JPEG", exif=exif))).shape == (64, 48)


def test_what_is_transparent_is_white():
    clear = Image.new("RGBA", (32, 32), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (0, 0, 16, 32))
    seen = grey(read(saved(clear)))
    assert seen[:, :15].max() == 0
    assert seen[:, 17:].min() == 255


def test_sixteen_bits_keep_their_shades():
    deep = Image.fromarray(np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (48, 1)))
    seen = grey(read(saved(deep)))
    assert np.abs(seen.astype(int) - np.asarray(ramp())).max() <= 2


@pytest.mark.parametrize("name", PICTURES)
def test_what_cannot_be_used_is_said_in_words(name):
    data, sentence = crafted("picture", name)
    with pytest.raises(BadInput, match=sentence):
        read(data)


def test_the_same_picture_has_one_name_in_whatever_file_it_comes():
    plain, named = saved(ramp()), saved(ramp(), optimize=True, dpi=(300, 300))
    assert plain != named
    with as_file(plain) as one, as_file(named) as other:
        assert sandbox.read("picture", one)[0] == sandbox.read("picture", other)[0]


HOSTILE = """
import socket, sys
sys.path.insert(0, {root!r})
sys.argv = ["child", "picture"]
from configurator.uploads import child
child.bounded()
child.nothing_new_opens()
def tried(act):
    try:
        act()
    except (OSError, MemoryError) as error:
        return type(error).__name__
    return "done"
def fork():
    import os
    if os.fork() == 0:
        os._exit(0)
print(tried(lambda: open("/etc/hostname")), tried(socket.socket),
      tried(lambda: bytearray(3 * 2**30)))
"""


def test_the_reader_can_open_nothing_and_has_bounded_memory():
    """The process as it is when it sees the first byte of a file."""
    said = subprocess.run(
        [sys.executable, "-c", HOSTILE.format(root=str(ROOT))], capture_output=True, text=True
    )
    assert said.stdout.split() == ["OSError", "OSError", "MemoryError"], said.stderr


def test_every_kind_of_upload_has_a_reader():
    assert set(READERS) == {*blobs.KINDS, "step"}


def test_a_reader_that_never_ends_is_ended(monkeypatch):
    monkeypatch.setattr(sandbox, "WALL_S", 0.0)
    with pytest.raises(BadInput, match="more time or memory"):
        read(saved(ramp()))


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"NMB1",
        b"NMB1\xff\xff\xff\xff{}",
        b"NMB1\x02\0\0\0{}",
        blobs.packed(blobs.Blob("virus", {}, {})),
        blobs.packed(blobs.Blob("picture", {}, {"a": blobs.Array("a", "|u1", (9,), b"12345678")})),
        blobs.packed(blobs.Blob("picture", {}, {"a": blobs.Array("a", "|u1", (7,), b"12345678")})),
        blobs.packed(blobs.Blob("picture", {}, {"a": blobs.Array("a", "|O8", (1,), b"12345678")})),
        blobs.packed(
            blobs.Blob("picture", {}, {"a": blobs.Array("a", "|u1", (-1, -8), b"12345678")})
        ),
    ],
)
def test_nothing_that_the_reader_says_is_believed(said, monkeypatch):
    monkeypatch.setattr(sandbox, "_answer", lambda kind, source: said)
    with pytest.raises(BadInput, match="more time or memory"):
        read(b"")


def test_a_reader_that_answers_with_another_kind_is_refused(monkeypatch):
    answer = blobs.packed(blobs.Blob("solid", {}, {}))
    monkeypatch.setattr(sandbox, "_answer", lambda kind, source: answer)
    with pytest.raises(BadInput):
        read(b"")


def test_a_blob_is_kept_once_by_its_content_and_can_be_forgotten(tmp_path, monkeypatch):
    monkeypatch.setattr(blobs, "_root", [tmp_path])
    data = blobs.packed(
        blobs.Blob("outline", {"rings": 1}, {"xy": blobs.Array("xy", "<f8", (1, 2), bytes(16))})
    )
    name = blobs.keep(data)
    assert blobs.keep(data) == name == blobs.name_of(data)
    assert len(list(tmp_path.rglob("*.blob"))) == 1
    kept = blobs.load(name)
    assert kept.facts == {"rings": 1}
    assert kept.arrays["xy"].shape == (1, 2)
    blobs.forget(name)
    with pytest.raises(NotFound, match="not kept any more"):
        blobs.load(name)
    for strange in ("../../etc/passwd", "A" * 64, ""):
        with pytest.raises(NotFound, match="choose yours again"):
            blobs.load(strange)
