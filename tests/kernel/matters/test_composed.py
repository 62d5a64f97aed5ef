"""Letters with their accents apart are put together; marks piled on one letter are refused at once, not worked on."""

import time

import pytest

from jingwei.kernel.matters.fields import Unfit, clean_text, composed
from jingwei.kernel.places.addresses.writing import written


def test_accents_sent_apart_are_put_together() -> None:
    assert composed("cafe\u0301") == "café"
    assert clean_text("cafe\u0301 经纬", 20) == "café 经纬"


def test_marks_piled_on_one_letter_are_refused_at_once() -> None:
    piled = "a" + "\u0323\u0301" * 50_000  # the library takes twenty seconds to put them in order
    began = time.process_time()
    with pytest.raises(Unfit, match="30 marks"):
        clean_text(piled, 4_000)
    written(piled)
    assert time.process_time() - began < 1


def test_as_many_as_a_script_needs_are_taken() -> None:
    assert composed("a" + "\u0323\u0301" * 15)
