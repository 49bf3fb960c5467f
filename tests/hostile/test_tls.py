"""Certificates: a site over TLS is read where its name is proved, and not where it is not."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from answers import list_page, story, whole
from child import crawl
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from server import Answer, serving

ARTICLE = "/2024/0101/1.shtml"


def routes(path: str) -> Answer:
    if path == "/good/":
        return whole(list_page([(ARTICLE, "一")]))
    return whole(story(path)) if path == ARTICLE else whole("", "404 Not Found")


class Authority:
    """A certificate authority of one test, trusted by whom it gives its certificate to."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
        ends = x509.BasicConstraints(ca=True, path_length=None)
        builder = _certificate(self.name, self.name, self.key.public_key()).add_extension(ends, critical=True)
        self.certificate = builder.sign(self.key, hashes.SHA256())

    def context(self, folder: Path, host: str) -> ssl.SSLContext:
        """What a server needs that says it is ``host``; writes its key and the authority's certificate."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        builder = _certificate(subject, self.name, key.public_key()).add_extension(names, critical=False)
        pem = serialization.Encoding.PEM
        plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        both = folder / f"{host}.pem"
        both.write_bytes(plain + builder.sign(self.key, hashes.SHA256()).public_bytes(pem))
        (folder / "authority.pem").write_bytes(self.certificate.public_bytes(pem))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(both)
        return context


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    today = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
    )


@pytest.mark.parametrize(
    ("host", "is_trusted", "why"),
    [
        ("localhost", True, ""),
        ("other.example", True, "DNSMismatch"),
        ("localhost", False, "certificate verify failed"),
    ],
    ids=["the right name", "a wrong name", "an unknown authority"],
)
def test_a_certificate_must_prove_the_name(tmp_path: Path, host: str, is_trusted: bool, why: str) -> None:
    is_read = not why
    context = Authority().context(tmp_path, host)
    env = {"SSL_CERT_FILE": str(tmp_path / "authority.pem")} if is_trusted else {}
    with serving(routes, context) as server:
        url = server.url(host="localhost", scheme="https")
        crawled = crawl(tmp_path / "a.db", url, "good", settings={"RETRY_TIMES": 0}, env=env)
        assert bool(server.asked) == is_read, crawled.out
    assert crawled.stored() == ({ARTICLE[1:]} if is_read else set())
    assert crawled.code == (0 if is_read else 1)
    assert why in crawled.out
