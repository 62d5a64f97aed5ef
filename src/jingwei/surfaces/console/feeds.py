"""The feeds a city declares in its rulebook."""

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.feeds.definition import Feed, feed_of
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.surfaces.console.answer import Misuse


def declared_feed(name: str) -> Feed:
    """The feed as it stands today. Raises Misuse where the city declares none of this name."""
    with reading(system("console")) as scope:
        feeds = rules_of(scope).all_of("feed", scope.now.date())
    if name not in feeds:
        raise Misuse(f"the city declares no feed {name!r}; it has: {', '.join(sorted(feeds)) or 'none'}")
    return feed_of(name, feeds[name].content)
