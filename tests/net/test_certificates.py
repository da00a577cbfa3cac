"""Certificates prove LINE's names and this machine's, and nothing else, whoever holds the key."""

import datetime as dt
import ssl
import stat
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from line_sim.errors import ConfigurationError
from line_sim.net.certificates import NAMES, Authority, Certificate
from line_sim.net.serve import Server


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    """One authority for all tests."""
    with Authority() as made:
        yield made


def shake_hands(certificate: Certificate, trusted: ssl.SSLContext, name: str) -> None:
    """Let a client ask for `name` and a server answer, without a network."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusted.wrap_bio(to_client, to_server, server_hostname=name)
    server = certificate.server_context().wrap_bio(to_server, to_client, server_side=True)
    waiting = {client, server}
    while waiting:
        for side in sorted(waiting, key=lambda each: each is server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            waiting.remove(side)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_ours_is_proven(authority: Authority, name: str) -> None:
    shake_hands(authority.certificate(), authority.client_context(), name)


@pytest.mark.parametrize("name", ["example.com", "line.me", "api.line.me.example.com", "192.0.2.1"])
def test_no_other_name_is_proven_even_if_the_authority_signs_it(
    authority: Authority, name: str
) -> None:
    foreign = authority.certificate([name], file_name="foreign")

    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake_hands(foreign, authority.client_context(), name)


def test_a_foreign_name_spoils_the_certificate_it_is_in(authority: Authority) -> None:
    mixed = authority.certificate(["localhost", "example.com"], file_name="mixed")

    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake_hands(mixed, authority.client_context(), "localhost")


def test_who_was_not_told_to_trust_it_does_not(authority: Authority) -> None:
    with Authority() as other, pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(authority.certificate(), other.client_context(), "localhost")


def test_it_lives_a_week(authority: Authority) -> None:
    issued = authority.certificate(file_name="week").cert_file.read_bytes()
    for certificate in x509.load_pem_x509_certificates(issued):
        left = certificate.not_valid_after_utc - dt.datetime.now(dt.UTC)

        assert dt.timedelta(days=6) < left <= dt.timedelta(days=7)


def test_it_certifies_no_further_authority(authority: Authority) -> None:
    own = x509.load_pem_x509_certificate(authority.path.read_bytes())
    constraints = own.extensions.get_extension_for_class(x509.BasicConstraints)

    assert (True, 0) == (constraints.critical, constraints.value.path_length)


def test_its_files_are_its_owners_alone(tmp_path: Path) -> None:
    Authority(tmp_path / "tls").certificate()

    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "tls").iterdir()}

    assert dict.fromkeys(("authority.pem", "server.pem", "server.key"), 0o600) == found
    assert 0o700 == stat.S_IMODE((tmp_path / "tls").stat().st_mode)


def test_the_authoritys_key_is_never_written(tmp_path: Path) -> None:
    Authority(tmp_path)

    assert not any(b"PRIVATE" in path.read_bytes() for path in tmp_path.iterdir())


def test_a_file_that_others_could_read_is_not_written_into(tmp_path: Path) -> None:
    loose = tmp_path / "server.key"
    loose.touch(mode=0o644)
    Authority(tmp_path).certificate()

    assert 0o600 == stat.S_IMODE(loose.stat().st_mode)


def test_a_temporary_folder_goes_with_it() -> None:
    with Authority() as authority:
        assert authority.path.exists()

    assert not authority.folder.exists()


def test_a_folder_that_was_given_stays(tmp_path: Path) -> None:
    with Authority(tmp_path):
        pass

    assert (tmp_path / "authority.pem").exists()


def test_a_bot_trusts_it_by_its_environment(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = authority.trust_environment()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert {"SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"} == set(environment)
    shake_hands(authority.certificate(), ssl.create_default_context(), "api.line.me")


async def greet(scope: dict[str, str], _receive: object, send: object) -> None:
    """Answer with the scheme of the request."""
    await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": scope["scheme"].encode()})  # type: ignore[operator]


def test_a_server_answers_plainly_and_over_tls(authority: Authority) -> None:
    server = Server(greet, lifespan="off")
    secure = server.listen("127.0.0.1", tls=authority.certificate())
    with server:
        context = authority.client_context()
        for url in (server.url, secure, secure.replace("127.0.0.1", "localhost")):
            with urllib.request.urlopen(url, context=context) as found:  # noqa: S310 - ours
                assert url.partition(":")[0] == found.read().decode()


def test_a_pair_somebody_has_is_taken(authority: Authority) -> None:
    issued = authority.certificate()
    loaded = Certificate.load(str(issued.cert_file), str(issued.key_file))

    assert issued == loaded


def test_files_that_are_missing_are_both_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as told:
        Certificate.load(tmp_path / "no.pem", tmp_path / "no.key")

    assert ["certificate", "key"] == [fault.where for fault in told.value.faults]
    assert all("No such file" in fault.mend for fault in told.value.faults)


def test_a_folder_is_no_certificate(authority: Authority, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        Certificate.load(tmp_path, authority.certificate().key_file)


def test_a_file_that_is_no_certificate_is_named(authority: Authority, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("hello", encoding="utf-8")

    with pytest.raises(ConfigurationError, match=r"wrong\.pem .* are no pair"):
        Certificate.load(wrong, authority.certificate().key_file)


def test_a_key_of_another_certificate_is_found_out(authority: Authority) -> None:
    one, other = authority.certificate(), authority.certificate(file_name="other")

    with pytest.raises(ConfigurationError, match=r"no pair \(KEY_VALUES_MISMATCH\)"):
        Certificate.load(one.cert_file, other.key_file)


def test_an_encrypted_key_is_told_apart_and_nobody_is_asked_for_the_password(
    authority: Authority, tmp_path: Path
) -> None:
    locked = tmp_path / "locked.key"
    locked.write_bytes(
        ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"not a real password"),
        )
    )

    with pytest.raises(ConfigurationError, match="is encrypted"):
        Certificate.load(authority.certificate().cert_file, locked)
