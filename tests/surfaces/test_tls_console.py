"""`jingwei tls`, and what the settings do once the site speaks HTTPS."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jingwei.installation import InstallationFault, home
from jingwei.installation import certificates as module
from jingwei.surfaces.console.main import main
from jingwei.surfaces.console.site import Site, encrypted

_SETTINGS = """
import json
from jingwei.project.settings import security as s
names = ("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS", "ALLOWED_HOSTS")
print(json.dumps({name: getattr(s, name) for name in names}))
"""


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JINGWEI_HOME", str(tmp_path))
    for name in ("JINGWEI_HTTPS", "JINGWEI_HOSTS"):
        monkeypatch.setenv(name, "")  # so that what is set in a test goes with it
    return tmp_path


def _settings() -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", _SETTINGS], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_init_tells_the_fingerprint_and_the_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tls", "init", "jingwei.test", "10.0.0.1"]) == 0
    said = capsys.readouterr().out
    assert module.certificates(home())[0].fingerprint in said
    assert "https://jingwei.test:PORT/certificate/" in said
    assert "passkey" not in said.lower()


def test_with_addresses_alone_it_says_that_passkeys_will_not_work_and_what_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["tls", "init", "10.0.0.1", "fd00::1"]) == 0
    said = capsys.readouterr().out
    assert "通行密钥" in said and "Passkeys do not work on a bare IP address" in said
    assert "hosts" in said and "--replace" in said
    assert main(["tls", "show", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["passkeys_possible"] is False


def test_show_is_a_fault_once_the_certificate_has_expired(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["tls", "show"]) == 1
    assert "tls init" in capsys.readouterr().err
    with monkeypatch.context() as short:
        short.setattr(module, "SERVER_LASTS", timedelta(hours=-1))
        assert main(["tls", "init", "jingwei.test"]) == 0
    assert main(["tls", "show"]) == 1
    assert "jingwei tls renew" in capsys.readouterr().err
    assert main(["tls", "renew"]) == 0
    assert main(["tls", "show"]) == 0


def test_https_makes_cookies_secure_and_admits_the_names_of_the_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = _settings()
    assert (plain["SESSION_COOKIE_NAME"], plain["SESSION_COOKIE_SECURE"], plain["SECURE_HSTS_SECONDS"]) == (
        "jw",
        False,
        0,
    )
    monkeypatch.setenv("JINGWEI_HOSTS", "other.test")
    module.make_certificates(home(), ["jingwei.test", "fd00::1"])
    words = encrypted()
    assert words[words.index("--ssl-keyfile") + 1] == str(home().path / "tls" / "server.pem")
    safe = _settings()
    assert safe["SESSION_COOKIE_NAME"] == "__Host-jw"
    assert safe["SESSION_COOKIE_SECURE"] and safe["CSRF_COOKIE_SECURE"]
    assert safe["SECURE_HSTS_SECONDS"] == 365 * 24 * 3600
    assert set(safe["ALLOWED_HOSTS"]) >= {"other.test", "jingwei.test", "[fd00::1]", "127.0.0.1"}
    assert Site("0.0.0.0", 443, tls=True).address() == "https://jingwei.test:443/"


def test_nothing_starts_with_tls_before_there_is_a_certificate() -> None:
    with pytest.raises(InstallationFault, match="tls init"):
        Site("127.0.0.1", 443, tls=True).keep("boston")
    assert list(home().run.glob("web-*")) == []
