"""Clones for the tests of faults, of the test city and of the feed's city."""

from tests.clones import clone, clones, template
from tests.kernel.feeds.conftest import feed, feed_clone, feed_clones, feed_template
from tests.surfaces.conftest import _language_stays, sign_in

__all__ = [
    "_language_stays",
    "clone",
    "clones",
    "feed",
    "feed_clone",
    "feed_clones",
    "feed_template",
    "sign_in",
    "template",
]
