"""The installation's own certificates: an authority that can sign for this site's names alone, and the server's.

`tls/` in the home holds `ca.key` and `ca.crt` (the authority), and `server.pem` (the server's key and certificate, one
file, so that a renewal takes effect whole). cryptography is imported when first needed: the console starts sooner.
"""

import hashlib
import ipaddress
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from jingwei.installation.faults import InstallationFault
from jingwei.installation.folder import Home, replace_private, write_private

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

AUTHORITY_KEY, AUTHORITY, SERVER = "ca.key", "ca.crt", "server.pem"
AUTHORITY_LASTS = timedelta(days=3650)
SERVER_LASTS = timedelta(days=397)
"""Apple's devices refuse more than 825 days from an authority that a person installed; a year and a month is custom."""

_LATE = timedelta(days=1)  # devices without a network have clocks that lag: valid from a day before
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Certificate:
    """What an operator must know of one certificate; `fingerprint` is SHA-256 in hexadecimal pairs."""

    path: Path
    kind: str  # "authority" or "server"
    names: tuple[str, ...]
    expires: datetime
    fingerprint: str


def folder_of(home: Home) -> Path:
    """Where the certificates of an installation lie."""
    return home.path / "tls"


def certificates(home: Home) -> tuple[Certificate, ...]:
    """The authority's and the server's certificate with the moment each expires; empty before `tls init`."""
    folder = folder_of(home)
    if not (folder / AUTHORITY).exists():
        return ()
    return _told(folder / AUTHORITY, "authority"), _told(folder / SERVER, "server")


def checked_names(words: Sequence[str]) -> tuple[str, ...]:
    """Host names in small letters and IP addresses in their usual spelling, each once. InstallationFault for others."""
    return tuple(dict.fromkeys(_checked(word) for word in words))


def as_address(name: str) -> Address | None:
    """The IP address that a name is, or None for the name of a host."""
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def make_certificates(home: Home, names: Sequence[str], *, replace: bool = False) -> None:
    """A new authority that can sign for these names alone, and the server's certificate.

    The folder appears whole; with `replace` an earlier one stays beside it under another name. InstallationFault where
    there is one and `replace` was not asked for, as every device would have to be set up again.
    """
    folder = folder_of(home)
    if folder.exists() and not replace:
        raise InstallationFault(
            f"{folder} 已有证书。续期请用 jingwei tls renew；要换名称须加 --replace，此后每台设备都要重新安装证书。",
            f"{folder} holds certificates already. To renew: jingwei tls renew. For other names add --replace; "
            "every device must then install the new one.",
        )
    names = checked_names(names)
    moment = datetime.now(UTC)
    draft = home.path / f"tls.{moment:%Y%m%dT%H%M%S%f}.partial"
    draft.mkdir(mode=0o700)
    key, authority = _new_authority(names, moment)
    write_private(draft / AUTHORITY_KEY, _key_bytes(key))
    write_private(draft / AUTHORITY, _pem(authority))
    write_private(draft / SERVER, _new_server(key, authority, names, moment))
    if folder.exists():
        folder.rename(home.path / f"tls.until-{moment:%Y%m%dT%H%M%S%f}")
    draft.rename(folder)


def renew(home: Home) -> None:
    """A new key and certificate for the server, for the same names, from the same authority: devices notice nothing.

    InstallationFault where the authority is missing, its key is readable by others, or it has expired.
    """
    folder = folder_of(home)
    known = certificates(home)
    if not known:
        raise no_certificates(home)
    key, authority = _authority_of(folder)
    moment = datetime.now(UTC)
    if authority.not_valid_after_utc <= moment:
        raise InstallationFault(
            f"根证书 {folder / AUTHORITY} 已过期。请执行 jingwei tls init --replace，并在每台设备上重新安装。",
            f"The authority {folder / AUTHORITY} has expired. Run jingwei tls init --replace and install it anew on "
            "every device.",
        )
    replace_private(folder / SERVER, _new_server(key, authority, known[1].names, moment))


def no_certificates(home: Home) -> InstallationFault:
    """What is said where certificates are needed and there are none."""
    return InstallationFault(
        f"{folder_of(home)} 里还没有证书。请先执行 jingwei tls init 名称…",
        f"There are no certificates in {folder_of(home)} yet. Run jingwei tls init NAME… first.",
    )


def _checked(word: str) -> str:
    name = word.strip().lower().rstrip(".")
    if (address := as_address(name)) is not None:
        return str(address)
    labels = name.split(".")
    numeric = labels[-1].isdecimal()  # 10.0.0.300 is a mistyped address, no name
    if len(name) > 253 or numeric or not all(_LABEL.fullmatch(label) for label in labels):
        raise InstallationFault(
            f"“{word}”不是主机名或 IP 地址。请写成 jingwei.example.lan 或 10.1.2.3 这样；中文域名请写 xn-- 形式。",
            f"{word!r} is neither a host name nor an IP address. Write it like jingwei.example.lan or 10.1.2.3; "
            "a name in other letters in its xn-- form.",
        )
    return name


def _told(path: Path, kind: str) -> Certificate:
    from cryptography import x509

    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
        names = _names_of(found)
    except (OSError, ValueError, x509.ExtensionNotFound) as error:
        raise InstallationFault(
            f"证书 {path} 无法读取：{error}。请从备份放回 tls 文件夹，或执行 jingwei tls renew。",
            f"The certificate {path} cannot be read: {error}. Put the folder tls back from a backup, or run "
            "jingwei tls renew.",
        ) from error
    return Certificate(path, kind, names, found.not_valid_after_utc, fingerprint_of(path.read_text("ascii")))


def fingerprint_of(pem: str) -> str:
    """SHA-256 of the first certificate in a file, as devices show it. ValueError where there is none."""
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    body = pem[pem.index(begin) : pem.index(end) + len(end)]
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(body)).hexdigest().upper()
    return ":".join(digest[i : i + 2] for i in range(0, len(digest), 2))


def _names_of(found: "x509.Certificate") -> tuple[str, ...]:
    """The names a server's certificate is for, or those that an authority may sign for."""
    from cryptography import x509

    if found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
        permitted = found.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or ()
        return tuple(str(one.value).removesuffix("/32").removesuffix("/128") for one in permitted)
    return tuple(str(one.value) for one in found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)


def _authority_of(folder: Path) -> "tuple[ec.EllipticCurvePrivateKey, x509.Certificate]":
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    path = folder / AUTHORITY_KEY
    try:
        if path.stat().st_mode & 0o077:
            raise InstallationFault(
                f"根证书的密钥 {path} 对他人可读。请执行 chmod 600，并考虑用 jingwei tls init --replace 更换。",
                f"Others can read the authority's key {path}. Run chmod 600, and think about replacing it "
                "(jingwei tls init --replace).",
            )
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError) as error:
        raise InstallationFault(
            f"根证书的密钥 {path} 无法读取：{error}。若已移到别处保管，请先放回再续期。",
            f"The authority's key {path} cannot be read: {error}. If it is kept elsewhere, put it back to renew.",
        ) from error
    authority = x509.load_pem_x509_certificate((folder / AUTHORITY).read_bytes())
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != authority.public_key():
        raise InstallationFault(
            f"{path} 不是根证书 {folder / AUTHORITY} 的密钥。请从备份放回成对的两个文件。",
            f"{path} is not the key of {folder / AUTHORITY}. Put both back from one backup.",
        )
    return key, authority


def _new_authority(names: Sequence[str], moment: datetime) -> "tuple[ec.EllipticCurvePrivateKey, x509.Certificate]":
    """Signs servers of these names and nothing else: no other names, no other purposes, no further authorities."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = _subject(f"Jingwei CA {moment:%Y-%m-%d} {names[0]}")
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)  # signs certificates and lists
    built = (
        _begun(subject, subject, key.public_key(), moment, moment + AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(_constraints(names), critical=True)
    )
    return key, built.sign(key, hashes.SHA256())


def _constraints(names: Sequence[str]) -> "x509.NameConstraints":
    """A kind of name that is not given is excluded whole: what is not mentioned would be free."""
    from cryptography import x509

    addresses = [address for name in names if (address := as_address(name))]
    hosts = [name for name in names if as_address(name) is None]
    permitted: list[x509.GeneralName] = [x509.DNSName(name) for name in hosts]
    permitted += [x509.IPAddress(ipaddress.ip_network(address)) for address in addresses]
    excluded: list[x509.GeneralName] = [] if hosts else [x509.DNSName("")]
    for version, whole in ((4, "0.0.0.0/0"), (6, "::/0")):
        if not any(address.version == version for address in addresses):
            excluded.append(x509.IPAddress(ipaddress.ip_network(whole)))
    return x509.NameConstraints(permitted, excluded or None)


def _new_server(
    key: "ec.EllipticCurvePrivateKey", authority: "x509.Certificate", names: Sequence[str], moment: datetime
) -> bytes:
    """The server's key and its certificate in one text; who trusts the authority has that already."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID

    own = ec.generate_private_key(ec.SECP256R1())
    until = min(moment + SERVER_LASTS, authority.not_valid_after_utc)
    called = [x509.IPAddress(address) if (address := as_address(name)) else x509.DNSName(name) for name in names]
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)  # signs its own handshakes
    identifier = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    built = (
        _begun(_subject(names[0]), authority.subject, own.public_key(), moment, until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(called), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
    )
    return _key_bytes(own) + _pem(built.sign(key, hashes.SHA256()))


def _begun(
    subject: "x509.Name", issuer: "x509.Name", key: "ec.EllipticCurvePublicKey", moment: datetime, until: datetime
) -> "x509.CertificateBuilder":
    from cryptography import x509

    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - _LATE)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _subject(title: str) -> "x509.Name":
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    name = title[:64]  # no longer by the standard
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Jingwei"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )


def _key_bytes(key: "ec.EllipticCurvePrivateKey") -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _pem(certificate: "x509.Certificate") -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM)
