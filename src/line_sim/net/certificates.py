"""Throwaway certificates, so that an unchanged bot reaches this machine under LINE's host names.

The authority is name-constrained (RFC 5280, section 4.2.1.10) and lives a week: whoever gets hold
of its key can play nobody but LINE and this machine, to nobody but who was told to trust it. It
is never put into a system's store.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import shutil
import ssl
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from line_sim.errors import ConfigurationError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

LINE_HOSTS = ("api.line.me", "api-data.line.me", "manager.line.biz")
"""The hosts that LINE serves its API on (Messaging API reference, "Domain name")."""
NAMES = (*LINE_HOSTS, "localhost", "127.0.0.1", "::1")
"""All that an authority may certify."""
LIFE = dt.timedelta(days=7)
"""Chosen, PLATFORM.md "Safety"."""
_SLACK = dt.timedelta(minutes=5)  # for clocks that differ a little, as in containers


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate (chain) and its private key, as PEM files."""

    cert_file: Path
    key_file: Path

    @classmethod
    def load(cls, cert_file: str | Path, key_file: str | Path) -> Certificate:
        """A certificate somebody has, checked to be one.

        Raises
        ------
        ConfigurationError
            Where a file cannot be read, is not PEM, or the two do not belong together.
        """
        found = cls(Path(cert_file), Path(key_file))
        faults = [
            Fault(where, f"{path} cannot be read", "a PEM file", why)
            for where, path in (("certificate", found.cert_file), ("key", found.key_file))
            if (why := _unreadable(path))
        ]
        if faults:
            raise ConfigurationError(faults)
        found.server_context()
        return found

    def server_context(self) -> ssl.SSLContext:
        """What a server needs to serve with it: TLS 1.2 or 1.3.

        Raises
        ------
        ConfigurationError
            Where the files are not a certificate and its unencrypted key.
        """
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)

        def no_password() -> str:
            raise PermissionError

        try:
            context.load_cert_chain(self.cert_file, self.key_file, no_password)
        except PermissionError:
            mend = "openssl pkey -in KEY -out PLAIN takes the password off"
            fault = Fault("key", f"{self.key_file} is encrypted", "a key without password", mend)
            raise ConfigurationError([fault]) from None
        except OSError as error:
            why = getattr(error, "reason", None) or error.strerror or str(error)
            given = f"{self.cert_file} and {self.key_file} are no pair ({why})"
            fault = Fault("certificate", given, "a certificate and its private key, both PEM")
            raise ConfigurationError([fault]) from None
        return context


class Authority:
    """A certificate authority for :data:`NAMES` and nothing else, for 7 days.

    Parameters
    ----------
    folder
        Where its files go: ``authority.pem``, and a certificate and key for each leaf, readable by
        their owner only. None: a temporary folder, deleted with the authority.
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        temporary = folder is None
        self.folder = Path(tempfile.mkdtemp(prefix="line_sim-tls-") if folder is None else folder)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._finalizer = (
            weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
            if temporary
            else None
        )
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._certificate = self._sign_itself()
        self.path = self.folder / "authority.pem"
        _write(self.path, _pem(self._certificate))

    def certificate(self, names: Iterable[str] = NAMES, file_name: str = "server") -> Certificate:
        """A server's certificate for `names`.

        Names beyond :data:`NAMES` can be written into one, but no client accepts it.
        """
        names = tuple(names)
        key = ec.generate_private_key(ec.SECP256R1())
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        leaf = (
            self._builder(names[0], key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([_general(name) for name in names]), critical=False
            )
            .add_extension(usage, critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .sign(self._key, hashes.SHA256())
        )
        found = Certificate(self.folder / f"{file_name}.pem", self.folder / f"{file_name}.key")
        _write(found.key_file, _private(key))
        _write(found.cert_file, _pem(leaf) + _pem(self._certificate))
        return found

    def trust_environment(self) -> dict[str, str]:
        """Environment variables by which a bot trusts this authority.

        The first is read by OpenSSL and so by Python's ``ssl``, the second by Node, the third by
        ``requests``. The first and third replace the public authorities: such a bot reaches nobody
        else, as is wanted of a bot under test.
        """
        path = str(self.path.resolve())
        return dict.fromkeys(("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"), path)

    def client_context(self) -> ssl.SSLContext:
        """What a client needs to trust this authority, and it alone."""
        return ssl.create_default_context(cafile=str(self.path))

    def close(self) -> None:
        """Delete the files where they are in a temporary folder."""
        if self._finalizer is not None:
            self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _sign_itself(self) -> x509.Certificate:
        usage = x509.KeyUsage(
            digital_signature=False,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        constraints = x509.NameConstraints([_subtree(name) for name in NAMES], None)
        return (
            self._builder("line_sim throwaway authority", self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(constraints, critical=True)
            .add_extension(usage, critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False
            )
            .sign(self._key, hashes.SHA256())
        )

    def _builder(self, name: str, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.UTC)
        issuer = x509.Name(
            [x509.NameAttribute(NameOID.COMMON_NAME, "line_sim throwaway authority")]
        )
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _SLACK)
            .not_valid_after(now - _SLACK + LIFE)
        )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _subtree(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_network(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, content: bytes) -> None:
    """Write a file anew that only its owner may read, from its first byte on."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _unreadable(path: Path) -> str:
    try:
        with path.open("rb"):
            return ""
    except OSError as error:
        return error.strerror or str(error)
