"""Ids sort by time, follow from a key where they must, and codes survive the telephone."""

import datetime
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingwei.kernel.values.errors import Conflict, Denied, Invalid, Refusal, not_found
from jingwei.kernel.values.ids import (
    derived_ids,
    made_at,
    new_code,
    new_id,
    public_number,
    read_code,
    system_ids,
    uuid7,
)
from jingwei.kernel.values.words import Text

NOW = datetime.datetime(2026, 3, 2, 1, 2, 3, 456000, tzinfo=datetime.UTC)


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=32))
def test_an_id_has_the_version_the_variant_and_the_time_of_rfc_9562(milliseconds: int, noise: bytes) -> None:
    made = uuid7(milliseconds, noise)
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == milliseconds


def test_the_example_of_rfc_9562() -> None:
    noise = ((0xCC3 << 62) | 0x18C4DC0C0C07398F).to_bytes(10, "big")
    assert uuid7(0x017F22E279B0, noise) == uuid.UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")


def test_ids_made_later_sort_later() -> None:
    earlier, later = (system_ids("k", NOW + datetime.timedelta(milliseconds=step))() for step in range(2))
    assert earlier < later
    assert made_at(earlier) == NOW
    assert len({new_id() for _ in range(10_000)}) == 10_000


def test_derived_ids_follow_from_key_and_moment_alone() -> None:
    def made(key: str, now: datetime.datetime) -> list[uuid.UUID]:
        source = derived_ids(key, now)
        return [source() for _ in range(4)]

    assert made("a", NOW) == made("a", NOW)
    others = [*made("a", NOW), *made("b", NOW), *made("a", NOW + datetime.timedelta(milliseconds=1))]
    assert len(set(others)) == 12


@given(st.uuids(version=4))
def test_a_public_number_is_read_back_however_it_is_typed(matter: uuid.UUID) -> None:
    number = public_number(matter)
    letters = number.replace("-", "")
    assert len(letters) == 12 and not set(letters) & set("ILOU")
    typed = f" {number.lower().replace('0', 'o').replace('1', 'l')} "
    assert read_code(typed) == letters
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in letters)
    assert read_code(wide) == letters


def test_a_follow_code_has_eighty_bits_in_groups_of_four() -> None:
    codes = {new_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert all([len(group) for group in code.split("-")] == [4, 4, 4, 4] for code in codes)
    assert all(read_code(code) == code.replace("-", "") for code in codes)


@pytest.mark.parametrize("typed", ["", "《》", "\x00", "U", "é" * 300])
def test_what_is_no_code_reads_as_something_harmless(typed: str) -> None:
    assert set(read_code(typed)) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ") and len(read_code(typed)) <= 200


def test_a_refusal_says_why_in_both_languages_and_where() -> None:
    for kind in (Denied, Invalid, Conflict):
        refusal = kind(Text("不行", "no"), place="field")
        assert issubclass(kind, Refusal)
        assert (str(refusal), refusal.reason.zh) == ("field: no", "不行")
    assert not not_found().found and Denied(Text("不行", "no")).found


def test_words_lead_with_chinese() -> None:
    words = Text("中文", "English")
    assert [words.in_(language) for language in ("zh-hans", "zh", "en", "fr")] == ["中文", "中文", "English", "English"]
