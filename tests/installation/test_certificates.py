"""The site's own certificates, as a client meets them: the standard library's ssl before granian."""

import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jingwei.installation import Home, InstallationFault
from jingwei.installation import certificates as module
from jingwei.installation.certificates import certificates, checked_names, make_certificates, renew
from jingwei.installation.processes import wait_until

SITE = """
def application(environ, start_response):
    start_response("200 OK", [("X-Scheme", environ["wsgi.url_scheme"])])
    return [b"there"]
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@contextmanager
def served(folder: Path, pem: Path) -> Iterator[int]:
    """Granian with that key and chain, as `jingwei serve --tls` starts it; gives the port."""
    (folder / "small_site.py").write_text(SITE)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    words = ["--interface", "wsgi", "--port", str(port), "--ssl-certificate", str(pem), "--ssl-keyfile", str(pem)]
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", *words, "--ssl-protocol-min", "tls1.2", "small_site:application"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert wait_until(lambda: _listens(port), 20)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ask(port: int, name: str, authority: Path, **context: ssl.TLSVersion) -> bytes:
    """The first page, asked by a strict client that knows this authority alone."""
    strict = ssl.create_default_context(cafile=authority)
    strict.verify_flags |= ssl.VERIFY_X509_STRICT
    for key, value in context.items():
        setattr(strict, key, value)
    with (
        socket.create_connection(("127.0.0.1", port), 5) as line,
        strict.wrap_socket(line, server_hostname=name) as safe,
    ):
        safe.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return b"".join(iter(lambda: safe.recv(4096), b""))


def refusal(port: int, name: str, authority: Path) -> str:
    with pytest.raises(ssl.SSLCertVerificationError) as refused:
        ask(port, name, authority)
    return refused.value.verify_message


def test_a_strict_client_is_content_by_name_and_by_address_and_with_nothing_else(home: Home, tmp_path: Path) -> None:
    make_certificates(home, ["jingwei.test", "127.0.0.1"])
    other = Home(tmp_path / "other")
    other.path.mkdir()
    make_certificates(other, ["jingwei.test"])
    folder = home.path / "tls"
    with served(tmp_path, folder / "server.pem") as port:
        for name in ("jingwei.test", "127.0.0.1"):
            answer = ask(port, name, folder / "ca.crt")
            assert answer.startswith(b"HTTP/1.1 200"), name
            assert b"x-scheme: https" in answer.lower()
        assert ask(port, "jingwei.test", folder / "ca.crt", maximum_version=ssl.TLSVersion.TLSv1_2)
        assert "mismatch" in refusal(port, "other.test", folder / "ca.crt")
        assert "mismatch" in refusal(port, "127.0.0.2", folder / "ca.crt")
        assert "issuer" in refusal(port, "jingwei.test", other.path / "tls" / "ca.crt")


def test_an_expired_certificate_is_refused_and_a_renewed_one_accepted_by_the_same_devices(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_certificates(home, ["jingwei.test"])
    pem, authority = home.path / "tls" / "server.pem", home.path / "tls" / "ca.crt"
    monkeypatch.setattr(module, "SERVER_LASTS", timedelta(hours=-1))
    renew(home)
    assert certificates(home)[1].expires < datetime.now(UTC)
    with served(tmp_path, pem) as port:
        assert "expired" in refusal(port, "jingwei.test", authority)
    monkeypatch.undo()
    before = authority.read_bytes()
    renew(home)
    assert authority.read_bytes() == before
    with served(tmp_path, pem) as port:
        assert ask(port, "jingwei.test", authority).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("own", "foreign"),
    [
        (["jingwei.test"], "bank.test"),
        (["jingwei.test"], "10.0.0.1"),
        (["jingwei.test"], "fd00::1"),
        (["10.0.0.1"], "10.0.0.2"),
        (["10.0.0.1"], "bank.test"),
        (["10.0.0.1"], "fd00::1"),
    ],
)
def test_the_authority_cannot_sign_for_another_name(home: Home, tmp_path: Path, own: list[str], foreign: str) -> None:
    """Whoever steals its key can pose as this site, and as no other."""
    make_certificates(home, own)
    folder = home.path / "tls"
    key, authority = module._authority_of(folder)
    forged = tmp_path / "forged.pem"
    forged.write_bytes(module._new_server(key, authority, [foreign], datetime.now(UTC)))
    with served(tmp_path, forged) as port:
        assert "subtree" in refusal(port, foreign, folder / "ca.crt")


def test_keys_are_for_this_account_alone_and_a_key_that_others_read_signs_nothing(home: Home) -> None:
    make_certificates(home, ["jingwei.test"])
    folder = home.path / "tls"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        name: 0o600 for name in ("ca.key", "ca.crt", "server.pem")
    }
    (folder / "ca.key").chmod(0o640)
    with pytest.raises(InstallationFault, match="Others can read"):
        renew(home)


def test_devices_are_not_set_up_twice_unasked(home: Home) -> None:
    make_certificates(home, ["jingwei.test"])
    before = certificates(home)
    with pytest.raises(InstallationFault, match="--replace"):
        make_certificates(home, ["new.test"])
    assert certificates(home) == before
    make_certificates(home, ["new.test", "10.0.0.1"], replace=True)
    assert [one.names for one in certificates(home)] == [("new.test", "10.0.0.1")] * 2
    (kept,) = home.path.glob("tls.until-*")
    assert (kept / "ca.key").exists()


def test_what_cannot_be_renewed_says_why(home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(InstallationFault, match="tls init"):
        renew(home)
    make_certificates(home, ["jingwei.test"])
    key = home.path / "tls" / "ca.key"
    aside = key.rename(tmp_path / "stick")
    with pytest.raises(InstallationFault, match="put it back"):
        renew(home)
    aside.rename(key)
    monkeypatch.setattr(module, "AUTHORITY_LASTS", timedelta(hours=-1))
    make_certificates(home, ["jingwei.test"], replace=True)
    with pytest.raises(InstallationFault, match="has expired"):
        renew(home)


def test_the_server_never_outlives_its_authority(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AUTHORITY_LASTS", timedelta(days=30))
    make_certificates(home, ["jingwei.test"])
    authority, server = certificates(home)
    assert server.expires == authority.expires


def test_names_are_spelled_one_way() -> None:
    assert checked_names(["JINGWEI.Test.", "jingwei.test", "FD00:0::1", "localhost"]) == (
        "jingwei.test",
        "fd00::1",
        "localhost",
    )
    for wrong in ("", "10.0.0.300", "*.test", "a b", "-x.test", "经纬.test", "https://x", "a..b", "x" * 64):
        with pytest.raises(InstallationFault, match="neither a host name"):
            checked_names([wrong])
