"""Stored bytes to content: all members, all frames, what a break leaves, and no bomb."""

from __future__ import annotations

import gzip
import os
import time
import zlib
from collections.abc import Callable

import pytest
import zstandard

from tui.ingest.content.inflate import inflate, is_compressed

Pack = Callable[[bytes], bytes]
TEXT = b'{"x":"' + os.urandom(150_000).hex().encode() + b'"}'


def zstd(content: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(content)


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_one_and_several_members_are_read_whole(pack: Pack) -> None:
    small = pack(b"{}\n")
    assert inflate(small).data == b"{}\n"
    assert inflate(small * 3 + pack(TEXT) + small).data == b"{}\n" * 3 + TEXT + b"{}\n"
    assert inflate(small * 3).complaint == ""


def test_plain_content_is_left_as_it_is() -> None:
    assert inflate(b"{}") == (b"{}", "", False, False)
    assert inflate(b"") == (b"", "", False, False)
    assert [is_compressed(head) for head in (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"{", b"")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_thousand_members_take_no_longer_each_than_one() -> None:
    members = [gzip.compress(b'{"a":%d}\n' % number) for number in range(3_000)]
    before = time.process_time()
    content = inflate(b"".join(members))
    assert time.process_time() - before < 4
    assert content.data == b"".join(b'{"a":%d}\n' % number for number in range(3_000))


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.999])
def test_what_ends_too_early_gives_what_is_there(pack: Pack, share: float) -> None:
    stored = pack(TEXT)
    content = inflate(stored[: int(len(stored) * share)])
    assert content.truncated
    assert "ends too early" in content.complaint
    assert TEXT.startswith(content.data)


def test_a_cut_in_the_header_gives_nothing_and_says_so() -> None:
    for length in (2, 5, 9):
        content = inflate(gzip.compress(TEXT)[:length])
        assert (content.data, content.truncated) == (b"", True)


def test_what_lies_before_damage_is_kept_to_the_byte() -> None:
    first = gzip.compress(b'{"first":1}\n')
    packer = zlib.compressobj(1, wbits=31)
    whole = packer.compress(TEXT) + packer.flush(zlib.Z_FULL_FLUSH)
    # Behind a full flush a block begins: its three bits 111 are of no kind (RFC 1951, 3.2.3).
    content = inflate(first + whole + b"\x07" * 3000)
    assert "damaged" in content.complaint
    assert content.data == b'{"first":1}\n' + TEXT


def test_bytes_behind_the_last_member_are_said_but_zeros_are_padding() -> None:
    for pack, kind in ((gzip.compress, "gzip"), (zstd, "zstd")):
        stored = pack(b"{}")
        assert inflate(stored + bytes(512)).complaint == ""
        content = inflate(stored + b"rubbish")
        assert content.data == b"{}"
        assert content.complaint == (
            f"7 bytes behind the end of the {kind} data are not {kind} "
            f"(stored byte {len(stored):,})"
        )


def test_a_skippable_frame_is_skipped() -> None:
    frame = b"\x50\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"notes"
    assert inflate(zstd(b"[1") + frame + zstd(b",2]")).data == b"[1,2]"


def test_binary_data_in_a_compressed_file_is_not_inflated() -> None:
    for pack in (gzip.compress, zstd):
        stored = pack(b"name\0" + os.urandom(1 << 20))
        content = inflate(stored)
        assert content.foreign
        assert len(content.data) <= 1 << 16
        assert inflate(stored[: 1 << 17]).foreign
    assert not inflate(gzip.compress(b'{"a":"\0"}')).foreign


@pytest.mark.parametrize("byte", [b" ", b"[", b"{"])
def test_a_bomb_of_one_character_is_left_at_once(byte: bytes) -> None:
    for pack in (gzip.compress, zstd):
        content = inflate(pack(byte * (64 << 20)))
        assert "millions of" in content.complaint
        assert len(content.data) < 1 << 20


def test_more_than_the_limit_is_not_read() -> None:
    for pack in (gzip.compress, zstd):
        content = inflate(pack(TEXT * 40), limit=3 << 20)
        assert content.complaint.startswith("inflates to more than 3 MiB")
        assert len(content.data) <= 3 << 20
        assert (TEXT * 40).startswith(content.data)


@pytest.mark.parametrize("outer", [gzip.compress, zstd])
def test_what_is_compressed_twice_is_inflated_twice(outer: Pack) -> None:
    """Firehose compresses what CloudWatch Logs sent compressed, if it is told to."""
    inner = gzip.compress(b"{}\n") + gzip.compress(TEXT)
    assert inflate(outer(inner)) == (b"{}\n" + TEXT, "", False, False)
    assert not inflate(outer(inner)[:4096]).foreign
    cut = inflate(outer(inner[:-9]))
    assert (cut.complaint, cut.truncated) == ("the gzip data ends too early", True)
