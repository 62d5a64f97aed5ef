"""Where a city's pages are served and under which addresses; whether the first page answers."""

import http.client
import json
import os
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from jingwei.installation import child, home
from jingwei.installation.certificates import AUTHORITY, SERVER, certificates, folder_of, no_certificates
from jingwei.surfaces.console.answer import Faults

LOCAL = "127.0.0.1"
_FIRST_PORT = 8311
_PATIENCE = 60.0  # seconds for the first page
_EVERYWHERE = {"0.0.0.0": LOCAL, "::": "::1"}  # noqa: S104  # compared with, not listened on


@dataclass(frozen=True, slots=True)
class Site:
    """Where the web server of a city listens, and whether it speaks HTTPS. Port 0 is the first free one."""

    host: str
    port: int
    tls: bool

    def words(self) -> tuple[str, ...]:
        """The same as words of a command line."""
        return ("--host", self.host, "--port", str(self.port), *(("--tls",) if self.tls else ()))

    def keep(self, city: str) -> None:
        """Notes it for later commands. InstallationFault where HTTPS is asked for and there is no certificate."""
        if self.tls:
            served_names()
        _note(city).write_text(json.dumps(asdict(self)))

    def name(self) -> str:
        """Under which name or address this machine reaches it: with TLS the first that the certificate is for."""
        return served_names()[0] if self.tls else self._near()

    def address(self) -> str:
        """Of the first page."""
        return f"{'https' if self.tls else 'http'}://{as_host(self.name())}:{self.port}/"

    def status(self) -> int:
        """What the first page answers; with TLS a client as strict as a browser asks. OSError where nobody does."""
        asked = http.client.HTTPConnection(self.name(), self.port, timeout=5)
        asked.sock = socket.create_connection((self._near(), self.port), 5)
        try:
            if self.tls:
                context = ssl.create_default_context(cafile=folder_of(home()) / AUTHORITY)
                asked.sock = context.wrap_socket(asked.sock, server_hostname=self.name())
            asked.request("GET", "/")
            return asked.getresponse().status
        finally:
            asked.close()

    def _near(self) -> str:
        return _EVERYWHERE.get(self.host, self.host)


def site_of(city: str) -> Site:
    """Where the city was last started."""
    return Site(**json.loads(_note(city).read_text()))


def _note(city: str) -> Path:
    return home().run / f"web-{city}.json"


def served_names() -> tuple[str, ...]:
    """The names of the server's certificate. InstallationFault where there is none."""
    known = certificates(home())
    if not known:
        raise no_certificates(home())
    return known[1].names


def encrypted() -> Sequence[str]:
    """What granian is told for HTTPS; the settings learn by the environment that cookies go only that way."""
    names = served_names()
    os.environ["JINGWEI_HTTPS"] = "1"
    os.environ["JINGWEI_HOSTS"] = ",".join(filter(None, [os.environ.get("JINGWEI_HOSTS", ""), *map(as_host, names)]))
    pem = str(folder_of(home()) / SERVER)
    return ("--ssl-certificate", pem, "--ssl-keyfile", pem, "--ssl-protocol-min", "tls1.2")


def as_host(name: str) -> str:
    """A name or address as it stands in an address of the web: IPv6 in brackets."""
    return f"[{name}]" if ":" in name else name


@contextmanager
def free_port() -> Iterator[int]:
    """The first on which nobody answers here, kept from other installations while this lasts: until somebody does.

    Web servers of one account may listen on one port together and answer in turn, so none of them would notice. The
    claim is a name that the machine's network gives to one socket (unix(7), abstract) and that ends with the process.
    """
    for port in range(_FIRST_PORT, _FIRST_PORT + 200):
        with socket.socket(socket.AF_UNIX) as claim, socket.socket() as probe:
            try:
                claim.bind(f"\0jingwei web {port}")
            except OSError:
                continue  # another one is starting there
            if probe.connect_ex((LOCAL, port)) != 0:
                yield port
                return
    raise Faults(f"no free port from {_FIRST_PORT} to {_FIRST_PORT + 199}")


def wait_for(city: str) -> None:
    """Returns when the first page answers. Raises Faults when the server ended, its certificate is refused, or it
    takes longer than a minute."""
    site, end = site_of(city), time.monotonic() + _PATIENCE
    log = home().logs / f"web-{city}.log"
    while time.monotonic() < end:
        try:
            if site.status() == http.HTTPStatus.OK:
                return
        except ssl.SSLCertVerificationError as refused:
            raise Faults(
                f"clients refuse the certificate of {city}: {refused.verify_message} (jingwei tls show)"
            ) from None
        except (OSError, http.client.HTTPException):
            if child(home(), f"web-{city}") is None:
                raise Faults(f"the web server of {city} ended: {_tail(log)} (log: {log})") from None
        time.sleep(0.1)
    raise Faults(f"the first page of {city} did not answer within {_PATIENCE:.0f} s; see {log}")


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-1500:].strip() if log.exists() else ""
