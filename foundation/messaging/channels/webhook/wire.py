"""One POST to an address that somebody typed: never into our own network, never elsewhere.

The name is resolved once, the addresses are checked, and the connection goes to the address that
was checked. A name that answers differently a moment later changes nothing.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from foundation.messaging.channels import Permanent, Temporary, Unreachable

CONNECT_SECONDS, READ_SECONDS = 5, 8
# For the whole exchange, however slowly the other side drips.
LONGEST_SECONDS = 10
NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """The status that was answered. Raises Permanent, Temporary or Unreachable."""
    place = urlsplit(url)
    address = checked_address(place)
    connection = _connection(place, address)
    # Ends the exchange from outside: time limits of a socket begin anew with every byte.
    clock = threading.Timer(LONGEST_SECONDS, connection.cut)
    clock.daemon = True
    clock.start()
    try:
        path = place.path or "/"
        connection.request("POST", f"{path}?{place.query}" if place.query else path, body, headers)
        return connection.getresponse().status
    except ssl.SSLCertVerificationError as error:
        raise Unreachable("bad_certificate") from error
    except (TimeoutError, OSError, http.client.HTTPException, ValueError) as error:
        raise _failure(error, connection) from error
    finally:
        clock.cancel()
        connection.close()


def _failure(error: Exception, connection) -> Temporary:
    if isinstance(error, TimeoutError) or connection.is_cut:
        return Unreachable("timeout")
    if isinstance(error, http.client.HTTPException):
        return Temporary("bad_answer")
    return Unreachable(type(error).__name__)


def checked_address(place: SplitResult) -> str:
    """An address of the host that may be reached; raises Permanent or Unreachable."""
    host, port = place.hostname or "", place.port or (443 if place.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable("no_such_host") from error
    for *_rest, where in found:
        address = ipaddress.ip_address(str(where[0]).partition("%")[0])
        if is_allowed(address):
            return str(address)
        if is_open(address) and place.scheme == "https":
            return str(address)
    unsafe = any(is_open(ipaddress.ip_address(str(row[4][0]).partition("%")[0])) for row in found)
    raise Permanent("not_https" if unsafe else "private_address")


def is_private_number(host: str) -> bool:
    """Whether the host is written as a number of a network that may not be reached."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return not is_allowed(address) and not is_open(address)


def is_open(address: Address) -> bool:
    """Whether the address lies in the open internet: not private, local, reserved or a group."""
    inner = _inner(address)
    return inner.is_global and not inner.is_multicast and not inner.is_reserved


def is_allowed(address: Address) -> bool:
    """Whether the installation names the address's network as one that may be reached."""
    inner = _inner(address)
    networks = (ipaddress.ip_network(text) for text in settings.WEBHOOK_NETWORKS)
    return any(inner in network for network in networks if network.version == inner.version)


def _inner(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one that only wraps it."""
    if address.version == 4:
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def _connection(place: SplitResult, address: str):
    kind = _Secure if place.scheme == "https" else _Plain
    return kind(place.hostname, place.port, address)


class _Pinned:
    """Connects to the address that was checked; name, certificate and Host stay the host's."""

    def __init__(self, host: str, port: int | None, address: str, **options):
        super().__init__(host, port, timeout=CONNECT_SECONDS, **options)
        self.address, self.is_cut = address, False

    def connect(self):
        self.sock = socket.create_connection((self.address, self.port), CONNECT_SECONDS)
        self.sock.settimeout(READ_SECONDS)

    def cut(self) -> None:
        self.is_cut = True
        if sock := self.sock:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


class _Plain(_Pinned, http.client.HTTPConnection):
    pass


class _Secure(_Pinned, http.client.HTTPSConnection):
    def __init__(self, *args):
        self.safe = ssl.create_default_context()
        super().__init__(*args, context=self.safe)

    def connect(self):
        super().connect()
        self.sock = self.safe.wrap_socket(self.sock, server_hostname=self.host)
        if self.is_cut:
            # The time was over during the handshake, when there was no socket to end.
            raise TimeoutError
