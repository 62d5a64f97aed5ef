"""The feed's city for the tests of faults, and the browsers of the test city."""

from tests.kernel.feeds.conftest import feed, feed_clone, feed_clones, feed_template
from tests.surfaces.conftest import _language_stays, sign_in

__all__ = [
    "_language_stays",
    "feed",
    "feed_clone",
    "feed_clones",
    "feed_template",
    "sign_in",
]
