from collections.abc import Iterable, Sequence
from datetime import datetime
from os import PathLike
from typing import final

from ironlatch._native.ocsp import OCSPRequest, OCSPResponse
from ironlatch._native.verification import Store
from ironlatch._native.x509 import (
    Certificate,
    CertificateRevocationList,
    CertificateSigningRequest,
    RevokedCertificate,
)
from ironlatch.certificates import ReadExtension, Reading
from ironlatch.hazmat._oid import ObjectIdentifier
from ironlatch.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from ironlatch.secrets import SecretBytes
from ironlatch.utils import Buffer
from ironlatch.x509.extensions import ReasonFlags
from ironlatch.x509.general_name import DNSName, IPAddress
from ironlatch.x509.name import Name
from ironlatch.x509.ocsp import OCSPCertStatus

@final
class Authority:
    """A private authority, for development, tests, and the services of one house.

    `certificates` are its own certificate and those above it, as far as you have them, and
    `private_key` is the key of its own. `Authority.create` makes a new one, `Authority.load` reads
    one from files. Raises ValueError if the certificate is not an authority's, the key is not its
    own, or one certificate is not issued by the next.

    Everything that it issues is held to the rules of verification first, with its name constraints
    and its own end: what would not verify is not issued, and the ValueError names the rule.

    Anyone who has the key of a root can pretend to be any host to everyone who trusts the root.
    """
    def __new__(
        cls, certificates: Iterable[Certificate], private_key: CertificateIssuerPrivateKeyTypes
    ) -> Authority: ...
    @staticmethod
    def create(
        subject: Name | str | None = None,
        *,
        permitted: Sequence[str] = (),
        excluded: Sequence[str] = (),
        path_length: int | None = None,
        days: int = 3650,
        key_type: str = "p256",
    ) -> Authority:
        """Makes a root, with a new key.

        `subject` is a `Name` or a text such as `"CN=Example Root,O=Example"`; by default it has the
        day and a random number. With `permitted`, domains such as `"dev.example"` and networks such
        as `"10.0.0.0/8"`, it may certify names in these alone, and never those in `excluded`.
        `path_length` is the number of authorities that may follow below it. It is valid for `days`
        from an hour ago on. `key_type` is one of `p256`, `p384`, `p521`, `ed25519`, `ed448`,
        `rsa2048`, `rsa3072`, `rsa4096` and `ml-dsa-65`; browsers take the first two and RSA.

        Raises ValueError for a subject, a range or a type of key that is none.
        """
    @staticmethod
    def load(
        path: str | PathLike[str],
        key_path: str | PathLike[str] | None = None,
        *,
        password: Buffer | SecretBytes | None = None,
    ) -> Authority:
        """Reads an authority from files in PEM: its certificate, perhaps with those above it after
        it, and its private key. `key_path` is by default the same name with the ending `.key`, and
        `password` is that of an encrypted key.

        Raises OSError if a file cannot be read, TypeError if a password is missing or superfluous,
        and ValueError for what the class itself refuses, a malformed file and a wrong password.
        Warns with `ironlatch.secrets.ExposedFileWarning` of a key in clear that every user can
        read.
        """
    @property
    def certificates(self) -> list[Certificate]:
        """The authority's certificate, and those above it."""
    @property
    def private_key(self) -> CertificateIssuerPrivateKeyTypes:
        """The authority's private key."""
    def intermediate(
        self,
        subject: Name | str | None = None,
        *,
        permitted: Sequence[str] = (),
        excluded: Sequence[str] = (),
        path_length: int | None = None,
        days: int = 1825,
        key_type: str = "p256",
    ) -> Authority:
        """Makes an authority below this one, with a new key, so that the key of this one can stay
        locked away. It is valid no longer than this one. The arguments are those of `create`.

        Raises ValueError as `create` does, and if this authority may have none below it.
        """
    def issue(
        self,
        *names: str,
        subject: Name | str | None = None,
        purposes: Sequence[str] = ["server"],
        days: int = 365,
        key_type: str = "p256",
        private_key: CertificateIssuerPrivateKeyTypes | None = None,
        crl_uri: str | None = None,
    ) -> Issued:
        """Issues a certificate for `names`, with a new key unless `private_key` is one that you have.

        Names are hosts (`"*.dev.example"` for all names of one label more), IP addresses, mail
        addresses and URIs. `subject`, a `Name` or a text, is by default the first of them.
        `purposes` are some of `server`, `client`, `email` and `code-signing`. `crl_uri` is where
        the authority's revocation list is published. It is valid for `days` from an hour ago on,
        and no longer than the authority.

        Raises ValueError for a name that is none, names that do not fit the purposes, and what the
        authority may not issue; TypeError for a private key of another class than Ironlatch's.
        """
    def sign_request(
        self,
        request: CertificateSigningRequest,
        *,
        names: Sequence[str] | None = None,
        subject: Name | str | None = None,
        purposes: Sequence[str] = ["server"],
        days: int = 365,
        crl_uri: str | None = None,
    ) -> Issued:
        """Issues the certificate that `request` asks for, whose sender has the key.

        Its key, subject and names are taken, unless `subject` and `names` say otherwise; its other
        extensions never are, and `left_out` of the result lists them. The other arguments are those
        of `issue`.

        Raises InvalidSignature if the sender did not sign with the key, and ValueError as `issue`
        does, and if it asks to be an authority.
        """
    def renew(
        self,
        certificate: Certificate,
        *,
        days: int = 365,
        private_key: CertificateIssuerPrivateKeyTypes | None = None,
    ) -> Issued:
        """Issues a certificate again, with a new serial number and a new end: for the same subject,
        names and purposes, and for the same key, unless `private_key` is a new one. It may have
        ended.

        Raises ValueError if this authority did not issue it, or could not have with `issue`.
        """
    def revocation_list(
        self,
        previous: CertificateRevocationList | None = None,
        revoked: Iterable[Certificate | int] | None = None,
        *,
        reason: str = "unspecified",
        days: int = 30,
    ) -> CertificateRevocationList:
        """Issues the revocation list with all that is in `previous`, the authority's last list, and
        with `revoked`: certificates, or serial numbers of some that are lost.

        Without `previous` it is the authority's first. It is good for `days`, and has to be renewed
        before: those who ask for a list take no old one. `reason` is one of `unspecified`,
        `key-compromise`, `ca-compromise`, `affiliation-changed`, `superseded`,
        `cessation-of-operation` and `privilege-withdrawn` (RFC 5280 §5.3.1).

        Raises ValueError for a certificate that the authority did not issue or that is in the list
        already, a list of another authority or of a kind that is not made here, and a reason that
        is none; InvalidSignature if the authority did not sign `previous`.
        """
    def write(
        self,
        path: str | PathLike[str],
        key_path: str | PathLike[str] | None = None,
        *,
        password: Buffer | SecretBytes | None = None,
    ) -> None:
        """Writes the certificates, in PEM, and the private key, in PKCS #8 in PEM, into two new files:
        both, or neither. The key's is of mode 0600, and is by default called as `path` with the
        ending `.key`; with `password` the key is encrypted.

        Raises FileExistsError if one of them exists: no key is ever replaced. Raises OSError if a
        file cannot be written, ValueError for an empty password.
        """

@final
class Issued:
    """A certificate that an `Authority` issued."""
    @property
    def certificate(self) -> Certificate:
        """The certificate."""
    @property
    def chain(self) -> list[Certificate]:
        """The certificate, and the authorities above it but the root: what a server sends."""
    @property
    def private_key(self) -> CertificateIssuerPrivateKeyTypes | None:
        """The private key of the certificate, or None if it is with the sender of the request, or with
        the certificate that was renewed.
        """
    @property
    def left_out(self) -> list[ObjectIdentifier]:
        """The extensions that a request asked for in vain."""
    def write(
        self,
        path: str | PathLike[str],
        key_path: str | PathLike[str] | None = None,
        *,
        password: Buffer | SecretBytes | None = None,
        overwrite: bool = False,
    ) -> None:
        """Writes the chain, in PEM, and the private key if there is one, as `Authority.write` does.

        With `overwrite` the file of a certificate whose key stays, as `renew` makes it, is replaced
        at one blow. Raises ValueError for that and a new key: two files cannot be replaced at once.
        """

@final
class Revocation:
    """CRLs and OCSP responses: all that is known of certificates that were revoked.

    `crls` and `ocsp_responses` may be of whatever issuers and about whatever certificates; nothing
    is fetched. One counts if the issuer of the certificate signed it, or for a response a delegate
    with a certificate of the issuer's for that (RFC 6960 §4.2.2.2), and if it is fresh: the time
    lies between its two. One without a second time never is. Delta CRLs, indirect CRLs, CRLs for
    some reasons alone and those with an unknown critical extension say nothing, and the verdict
    says that of them.

    With `hard_fail`, as it is by default, a certificate of which nothing is known is refused;
    without, it is accepted.
    """
    def __new__(
        cls,
        crls: Iterable[CertificateRevocationList] | None = None,
        ocsp_responses: Iterable[OCSPResponse] | None = None,
        *,
        hard_fail: bool = True,
    ) -> Revocation: ...
    @property
    def hard_fail(self) -> bool:
        """Whether a certificate of which nothing is known is refused."""
    def status(self, certificate: Certificate, issuer: Certificate, time: datetime | None = None) -> RevocationStatus:
        """Returns what is known of `certificate`, which `issuer` issued, at `time`: by default now. A
        time without a zone is in UTC.

        Whether `issuer` did issue it is not looked at.
        """

@final
class RevocationStatus:
    """The state of one certificate, as far as it is known."""
    @property
    def certificate_status(self) -> OCSPCertStatus:
        """`GOOD`, `REVOKED` or `UNKNOWN`."""
    @property
    def revocation_time_utc(self) -> datetime | None:
        """When it was revoked, in UTC, with that time zone, or None if it is not."""
    @property
    def revocation_reason(self) -> ReasonFlags | None:
        """Why it was revoked, as one of `ReasonFlags`, or None if it is not, nobody said why, or the
        reason is not one that is known.
        """
    @property
    def unusable(self) -> list[str]:
        """For each CRL and response of the issuer's about an `UNKNOWN` certificate, why it says
        nothing.
        """

@final
class Verifier:
    """Verifies certificates: that a chain leads from one to a certificate that is trusted, which keeps
    the rules of the public web or of private authorities.

    `trusted` are certificates, at least one, or a `Store`. `host` is whom the certificate has to be
    for: a host name, an IP address as text, a `DNSName` or an `IPAddress`. `email` is the address
    that it has to be for instead, as text: by an `RFC822Name`, or by a mailbox of RFC 9598 if there
    is more than ASCII before the `@`. `purpose` is an object identifier, such as those of
    `ExtendedKeyUsageOID`: by default `SERVER_AUTH` for a host, `EMAIL_PROTECTION` for an address,
    and required if there is neither. `ANY_EXTENDED_KEY_USAGE` takes every purpose. A certificate
    that names no purpose is good for servers and clients alone. One for `TIME_STAMPING` must be for
    nothing else (RFC 3161 §2.3).

    `time` is when the chain has to be valid, by default the moment of each call, and
    `max_chain_depth` how many authorities may stand between the two ends. `revocation` looks at
    whether the certificates of the chain but the trusted one are revoked.

    All else is as strict as `ironlatch.x509.verification` if it is not asked for:

    - `trusted_leaf`: a certificate that is itself among the trusted is good with no more than the
      right host, time and purpose, though no authority issued it.
    - `directory_names`: constraints on distinguished names are applied, to alternative names and
      subjects; without, a critical one is refused.
    - `certificate_policies`: certificate policies, their mappings and constraints may be critical,
      and the chain is held to what its authorities ask for (RFC 5280 §6.1 with the graph of RFC
      9618).
    - `policies`: the same, and one of these object identifiers has to be valid for the whole chain.
      `require_explicit_policy=False` does not ask for that, and lets you see in `Verified.policies`
      which are; `True` without `policies` asks for any. `inhibit_policy_mapping` lets no authority
      map its policies to others', and for `inhibit_any_policy` the one that stands for every policy
      stands for none.
    - `early_generalized_time`: times before 2050 may be in the longer of the two forms.
    - `all_algorithms`: keys and signatures may be of every kind that can be verified, Ed25519 and
      SHA-1 among them.
    - `lenient`: the rules of RFC 5280 and no more, for private authorities. All of these but
      `trusted_leaf`, and: extensions may be critical or not; those that nobody needs may be
      malformed; authorities need no key usage, and what is trusted need not be more than an
      authority within its time; the certificate needs no authority key identifier, may be an
      authority itself, and is good for each purpose if it says that it is for any or says nothing;
      constraints on the hosts of URIs are applied.
    """
    def __new__(
        cls,
        trusted: Iterable[Certificate] | Store,
        host: str | DNSName | IPAddress | None = None,
        *,
        email: str | None = None,
        purpose: ObjectIdentifier | None = None,
        time: datetime | None = None,
        max_chain_depth: int = 8,
        revocation: Revocation | None = None,
        trusted_leaf: bool = False,
        directory_names: bool = False,
        certificate_policies: bool = False,
        policies: Iterable[ObjectIdentifier] | None = None,
        require_explicit_policy: bool | None = None,
        inhibit_policy_mapping: bool = False,
        inhibit_any_policy: bool = False,
        early_generalized_time: bool = False,
        all_algorithms: bool = False,
        lenient: bool = False,
    ) -> Verifier: ...
    def verify(self, leaf: Certificate, intermediates: Iterable[Certificate] | None = None) -> Verified:
        """Verifies `leaf`, perhaps over some of `intermediates`, and returns the chain.

        Raises `Refused`, a `VerificationError`, if there is no such chain: it says which were
        tried, and the first rule that each broke.
        """

@final
class Verified:
    """A certificate that was verified."""
    @property
    def chain(self) -> list[Certificate]:
        """The certificates, from the one in question to the trusted one."""
    @property
    def statuses(self) -> list[RevocationStatus]:
        """The state of each of them but the trusted one; empty if no `Revocation` was given."""
    @property
    def policies(self) -> list[ObjectIdentifier]:
        """The certificate policies that are valid for the chain and that were asked for, as object
        identifiers. `2.5.29.32.0` among them stands for every policy. Empty if nothing was asked of
        policies.
        """

def read_certificate(data: Buffer) -> Reading[Certificate]:
    """Reads a certificate, in DER or the first in PEM text, that breaks rules of DER or of RFC 5280.

    Returns a `Reading`: the `Certificate`, and each deviation with its place. Taken are defaults
    that are written out, such as `critical FALSE` and version 1; TRUE in an octet other than 255;
    times with an offset, a fraction or without seconds; text in a type that does not have its
    characters; sets out of order; numbers with zeros before them; serial numbers that are not
    positive, without a warning; parameters of a signature's algorithm that do not belong there;
    OpenSSL's `TRUSTED CERTIFICATE`. The certificate keeps its bytes and what was signed.

    Raises ValueError if it cannot be read all the same.
    """

def read_request(data: Buffer) -> Reading[CertificateSigningRequest]:
    """Reads a signing request, in DER or the first in PEM text, that breaks rules as
    `read_certificate` takes them, or that has no attributes.

    Returns a `Reading` of a `CertificateSigningRequest`. Raises ValueError if it cannot be read.
    """

def read_crl(data: Buffer) -> Reading[CertificateRevocationList]:
    """Reads a revocation list, in DER or the first in PEM text, that breaks rules as
    `read_certificate` takes them.

    Returns a `Reading` of a `CertificateRevocationList`. Every entry is looked at. Raises
    ValueError if it cannot be read.
    """

def read_ocsp_request(data: Buffer) -> Reading[OCSPRequest]:
    """Reads an OCSP request in DER that breaks rules as `read_certificate` takes them, such as a
    version that is written out.

    Returns a `Reading` of an `OCSPRequest`. Raises ValueError if it cannot be read, and
    NotImplementedError if it asks about several certificates.
    """

def read_ocsp_response(data: Buffer) -> Reading[OCSPResponse]:
    """Reads an OCSP response in DER that breaks rules as `read_certificate` takes them, such as times
    with fractions.

    Returns a `Reading` of an `OCSPResponse`. Raises ValueError if it cannot be read.
    """

def read_extensions(
    source: Certificate | CertificateSigningRequest | CertificateRevocationList | RevokedCertificate | OCSPResponse,
) -> list[ReadExtension]:
    """Reads each extension by itself, of a `Certificate`, a `CertificateSigningRequest`, a
    `CertificateRevocationList`, a `RevokedCertificate` or an `OCSPResponse`.

    Returns a list of `ReadExtension`. A damaged one has its `error`, and does not keep the others
    from being read; one that is there twice is in the list twice. Of alternative names, those that
    can be read are the value all the same.

    Raises TypeError for another object.
    """
