"""Console commands on the installation's own certificates: `tls init`, `tls renew`, `tls show`."""

import argparse
from datetime import UTC, datetime
from typing import Any

from jingwei.installation import home
from jingwei.installation.certificates import (
    Certificate,
    as_address,
    certificates,
    make_certificates,
    no_certificates,
    renew,
)
from jingwei.surfaces.console.answer import Answer, Faults
from jingwei.surfaces.console.site import as_host

_NO_PASSKEYS = (
    "通行密钥（passkey）不能用在 IP 地址上：浏览器只在域名下提供。要用通行密钥，请给服务器起一个名称"
    "（单位的 DNS，或每台设备的 hosts 文件），再执行 jingwei tls init 名称 --replace。",
    "Passkeys do not work on a bare IP address: browsers offer them only under a domain name. To use them later, give "
    "the server a name (in your DNS, or in the hosts file of each device) and run jingwei tls init NAME --replace.",
)


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """`tls` with its three."""
    top = commands.add_parser("tls", help="HTTPS with certificates of the installation's own")
    parts = top.add_subparsers(required=True, metavar="WHAT")
    begun = parts.add_parser("init", parents=[shared], help="make an authority for these names, and the certificate")
    begun.add_argument(
        "names", nargs="+", metavar="NAME", help="host name or IP address under which the site is opened"
    )
    begun.add_argument(
        "--replace", action="store_true", help="in place of an earlier one; devices must install it anew"
    )
    begun.set_defaults(run=init)
    parts.add_parser("renew", parents=[shared], help="a new server certificate; devices notice nothing").set_defaults(
        run=renewed
    )
    parts.add_parser("show", parents=[shared], help="names, days left, the authority's fingerprint").set_defaults(
        run=shown
    )


def init(given: argparse.Namespace, answer: Answer) -> None:
    """Makes both and says what to do next."""
    make_certificates(home(), given.names, replace=given.replace)
    authority, server = certificates(home())
    _tell(answer, authority, server)
    site = as_host(server.names[0])
    answer.say(f"next: jingwei up --tls --host 0.0.0.0, then on each device https://{site}:PORT/certificate/")
    answer.say("     put the fingerprint of the authority on paper: people compare it with what their device shows")


def renewed(given: argparse.Namespace, answer: Answer) -> None:
    """The names stay."""
    renew(home())
    _tell(answer, *certificates(home()))
    answer.say("web servers take it at their next start: jingwei stop --city NAME, jingwei up --tls --city NAME")


def shown(given: argparse.Namespace, answer: Answer) -> None:
    """Exit 1 where there are none or one has expired."""
    known = certificates(home())
    if not known:
        raise no_certificates(home())
    _tell(answer, *known)
    expired = [one for one in known if one.expires <= datetime.now(UTC)]
    if expired:
        remedy = "jingwei tls renew" if expired[0].kind == "server" else "jingwei tls init NAME… --replace"
        raise Faults(f"{expired[0].path} has expired. Remedy: {remedy}")


def _tell(answer: Answer, authority: Certificate, server: Certificate) -> None:
    unnamed = all(as_address(name) for name in server.names)
    answer.give({"certificates": [_row(authority), _row(server)], "passkeys_possible": not unnamed})
    for one in (authority, server):
        days = (one.expires - datetime.now(UTC)).days
        answer.say(f"{one.kind}: {', '.join(one.names)}; until {one.expires:%Y-%m-%d} ({days} days); {one.path}")
    answer.say(f"SHA-256 of the authority: {authority.fingerprint}")
    for line in _NO_PASSKEYS if unnamed else ():
        answer.say(line)


def _row(one: Certificate) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "names": list(one.names),
        "expires": one.expires.isoformat(),
        "fingerprint": one.fingerprint,
        "path": str(one.path),
    }
