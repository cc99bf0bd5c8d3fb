"""Writes a certificate for hosts that are served on loopback, and the authority that signed it.

Usage: certificate_main.py <folder> <host>...   The interpreter is that of the emulator, which
brings the library. Both are valid for a day; nothing trusts the authority but what is told to.
"""

import datetime
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _unsigned(
    subject: str, key: ec.EllipticCurvePrivateKey, *, ca: bool
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    usage = x509.KeyUsage(not ca, False, False, False, False, ca, ca, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name("local AWS authority"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
    )


def main(folder: Path, hosts: list[str]) -> None:
    authority, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    key_id = x509.SubjectKeyIdentifier.from_public_key(authority.public_key())
    issuer_id = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(key_id)
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
    signed = {
        "authority.pem": _unsigned("local AWS authority", authority, ca=True).add_extension(
            key_id, critical=False
        ),
        "certificate.pem": _unsigned("local AWS", own, ca=False)
        .add_extension(names, critical=False)
        .add_extension(issuer_id, critical=False),
    }
    for file, certificate in signed.items():
        pem = certificate.sign(authority, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        (folder / file).write_bytes(pem)
    private = own.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "key.pem").write_bytes(private)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
