"""Refusals: what they say, wherever they are told."""

import pickle

import pytest

from jingwei.kernel.values.errors import Conflict, Denied, Invalid, Refusal, not_found
from jingwei.kernel.values.words import Text

REASON = Text("没有这个单位。", "There is no such unit.")


@pytest.mark.parametrize(
    "refusal", [Denied(REASON, found=False, place="unit"), Invalid(REASON, place="unit"), Conflict(REASON), not_found()]
)
def test_a_refusal_crosses_from_one_process_to_another_as_it_is(refusal: Refusal) -> None:
    again = pickle.loads(pickle.dumps(refusal))  # noqa: S301  # our own
    assert type(again) is type(refusal) and str(again) == str(refusal)
    assert again.__dict__ == refusal.__dict__
