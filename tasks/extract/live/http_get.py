"""Asks for one address over HTTP: with limits, redirects, and new attempts where a fault may pass by itself."""

import asyncio
import socket
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import IPv6Address, ip_address
from types import MappingProxyType
from typing import Any, Final

import httpx

from tasks.errors import DotterelError, UnreadableError
from tasks.extract.content_encoding import decoded
from tasks.extract.live.manners import Manners
from tasks.extract.live.pace import Pace
from tasks.transient import system_error

NOT_MODIFIED: Final = 304
_GOOD: Final = 200
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_FOR_GOOD: Final = (301, 308)
_BUSY: Final = (429, 503)
_MAY_PASS: Final = (*_BUSY, 500, 502, 504)
_ACCEPTED: Final = "gzip"
"""The compression that we ask for: every server knows it, and every reader of WARC files can undo it."""
_NO_ADDRESS: Final = "it redirects to something that is no address, and only http and https are fetched"
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class FetchError(DotterelError):
    """An address could not be had in this run; the message says why. `status` is what its host answered, if it did."""

    def __init__(self, why: str, status: int | None = None) -> None:
        super().__init__(why)
        self.status = status


class _MayPass(FetchError):
    """The same, where another attempt may help; `after` is how many seconds the host wants us to wait."""

    def __init__(self, why: str, status: int | None = None, after: float = 0.0) -> None:
        super().__init__(why, status)
        self.after = after


@dataclass(frozen=True, slots=True)
class Response:
    """What a host answered: its status line and headers as they came, the body as it came but for chunking.

    `url` is the address after all redirects, `moved_to` that to which the one asked for has moved for good, if it has.
    """

    url: str
    at: datetime
    status: int
    status_line: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes = b""
    moved_to: str = ""

    def header(self, name: str) -> str:
        """The first header of this name; empty where there is none."""
        wanted = name.lower().encode("ascii")
        return next((value.decode("latin-1") for key, value in self.headers if key.lower() == wanted), "")

    def content(self, limit: int) -> bytes:
        """The body without its Content-Encoding, at most `limit` bytes. Raises UnreadableError where it is damaged."""
        return decoded(self.body, self.header("Content-Encoding"), limit, whole=False)


def origin(url: str) -> str:
    """Scheme, host and port of an address: `https://example.org:443`. FetchError where it is no web address."""
    parsed = _parsed(url)
    return f"{parsed.scheme}://{parsed.host}:{parsed.port or (443 if parsed.scheme == 'https' else 80)}"


def client(manners: Manners) -> httpx.AsyncClient:
    """The client that an Asker needs; close it after use."""
    timeout = httpx.Timeout(manners.read_seconds, connect=manners.connect_seconds, pool=None)
    headers = {"User-Agent": manners.user_agent, "Accept-Encoding": _ACCEPTED, "Accept": "*/*"}
    # A connection is looked at when it is made, so none is used twice: what one source may reach, another may not.
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncClient(headers=headers, timeout=timeout, limits=limits, follow_redirects=False)


class Asker:
    """Asks hosts with the manners and at the pace of one run."""

    def __init__(self, web: httpx.AsyncClient, manners: Manners, pace: Pace) -> None:
        self._web = web
        self._manners = manners
        self._pace = pace

    async def get(
        self, url: str, own: Collection[str], conditions: Mapping[str, str] = _NOTHING, conditions_of: str = ""
    ) -> Response:
        """The answer of an address: good and whole, or 304 where `conditions` were sent.

        `own` are origins that may lie in the local network, since the user named them. `conditions` are headers
        that are sent to the address `conditions_of` alone, wherever redirects lead. Raises FetchError.
        """
        last = self._manners.tries - 1
        for attempt in range(self._manners.tries):
            try:
                return await self._through_redirects(url, own, conditions, conditions_of)
            except _MayPass as error:
                if error.after > self._manners.longest_wait:
                    why = f"{error}, and asks to wait for {error.after:,.0f} seconds; the next run tries again"
                    raise FetchError(why, error.status) from error
                if attempt == last:
                    times = f"{self._manners.tries} times" if last else "once"
                    raise FetchError(f"{error} (tried {times}; the next run tries again)", error.status) from error
                await self._manners.sleep(max(error.after, self._manners.pause(attempt)))
        raise FetchError("it was not asked for, since `tries` is 0")

    async def _through_redirects(
        self, url: str, own: Collection[str], conditions: Mapping[str, str], conditions_of: str
    ) -> Response:
        seen: set[str] = set()
        moved_to, for_good = "", True
        for _ in range(self._manners.max_redirects + 1):
            seen.add(url)
            response = await self._once(url, own, conditions if url == conditions_of else _NOTHING)
            if response.status not in _REDIRECTS:
                return replace(response, moved_to=moved_to)
            try:
                url = str(httpx.URL(url).join(response.header("Location")).copy_with(fragment=None))
            except httpx.InvalidURL:
                raise FetchError(_NO_ADDRESS, response.status) from None
            if url in seen:
                raise FetchError("its redirects lead in a circle", response.status)
            for_good = for_good and response.status in _FOR_GOOD
            moved_to = url if for_good else moved_to
        raise FetchError(f"it redirects more than {self._manners.max_redirects} times")

    async def _once(self, url: str, own: Collection[str], conditions: Mapping[str, str]) -> Response:
        host = _parsed(url).host
        guard = _Guard(host, allowed=origin(url) in own)
        guard.check(host)
        async with self._pace.turn(host):
            try:
                async with asyncio.timeout(self._manners.whole_seconds):
                    return await self._answer(url, conditions, guard)
            except (TimeoutError, httpx.TimeoutException) as error:
                raise _MayPass(f"{host} did not answer in time") from error
            except httpx.InvalidURL as error:  # ours is right by now, so it is that of a redirect
                raise FetchError(_NO_ADDRESS) from error
            except (httpx.ReadError, httpx.WriteError, httpx.CloseError, httpx.RemoteProtocolError) as error:
                raise _MayPass(f"the answer of {host} broke off ({_words(error)})") from error
            except httpx.ConnectError as error:
                kind = FetchError if _stays(error) else _MayPass
                raise kind(f"{host} cannot be reached ({_words(error)})") from error
            except httpx.HTTPError as error:
                raise FetchError(f"{host} cannot be asked ({_words(error)})") from error
            except _MayPass as error:
                if error.after:
                    self._pace.rest(host, min(error.after, self._manners.longest_wait))
                raise

    async def _answer(self, url: str, conditions: Mapping[str, str], guard: "_Guard") -> Response:
        request = self._web.stream("GET", url, headers=dict(conditions), extensions={"trace": guard.watch})
        async with request as answer:
            head = Response(
                url=url,
                at=self._manners.now(),
                status=answer.status_code,
                status_line=b" ".join((answer.extensions["http_version"], str(answer.status_code).encode(),
                                       answer.extensions.get("reason_phrase", b""))).rstrip(),
                headers=tuple(answer.headers.raw),
            )  # fmt: skip
            if head.status == NOT_MODIFIED and conditions:
                return head
            if head.status in _REDIRECTS and head.header("Location"):
                return head
            if head.status != _GOOD:
                raise self._refusal(head)
            body = await self._body(answer, head)
        response = replace(head, body=body)
        try:
            response.content(self._manners.max_bytes)
        except UnreadableError as error:
            kind = _MayPass if error.reason == "corrupt_payload" else FetchError
            raise kind(str(error)) from None
        return response

    async def _body(self, answer: httpx.Response, head: Response) -> bytes:
        limit = self._manners.max_bytes
        too_large = FetchError(f"it is larger than the {limit:,} bytes allowed (max_fetch_bytes)", head.status)
        declared = head.header("Content-Length")
        if declared.isdecimal() and len(declared) < 20 and int(declared) > limit:
            raise too_large
        parts, size = [], 0
        async for part in answer.aiter_raw():
            size += len(part)
            if size > limit:
                raise too_large
            parts.append(part)
        return b"".join(parts)

    def _refusal(self, head: Response) -> FetchError:
        words = head.status_line.partition(b" ")[2].decode("latin-1")
        why = f"it answered {words}"
        if head.status not in _MAY_PASS:
            return FetchError(why, head.status)
        after = _seconds(head.header("Retry-After"), head.at) if head.status in _BUSY else 0.0
        return _MayPass(why, head.status, after)


@dataclass
class _Guard:
    """Keeps links and redirects out of the local network: looks at whom a connection was made with, before it is used.

    Behind a proxy the connection is the proxy's business; then only addresses written as numbers are refused.
    """

    host: str
    allowed: bool
    _connecting_to: str = ""

    def check(self, address: str) -> None:
        """Raise FetchError for an IP address, or `localhost`, of the local network."""
        if not self.allowed and is_local(address):
            raise FetchError(f"{self.host} is an address of the local network, and no source names it")

    async def watch(self, event: str, info: Mapping[str, Any]) -> None:
        """What httpx calls at each step of a request."""
        if event == "connection.connect_tcp.started":
            self._connecting_to = _text(info.get("host"))
        elif event == "connection.connect_tcp.complete" and self._connecting_to == self.host:
            stream = info["return_value"]
            peer = stream.get_extra_info("server_addr")
            try:
                self.check(str(peer[0]))
            except FetchError:
                await stream.aclose()
                raise


def is_local(address: str) -> bool:
    """Whether an IP address is not one of the public internet; of names, only `localhost` is one for sure."""
    if address == "localhost" or address.endswith(".localhost"):
        return True
    try:
        ip = ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address) and (inner := ip.ipv4_mapped or ip.sixtofour):
        return not inner.is_global
    return not ip.is_global or ip.is_multicast


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise FetchError("it is no address that can be asked for") from None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise FetchError(f"'{parsed.scheme or url[:20]}' is not fetched: only http and https are fetched")
    return parsed


def _seconds(retry_after: str, now: datetime) -> float:
    """Retry-After (RFC 9110, 10.2.3) in seconds: a number of them, or a date."""
    text = retry_after.strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return max(0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)) - now).total_seconds())


def _stays(error: BaseException) -> bool:
    """Whether a connection fails for good: the name is unknown, or the certificate is not right."""
    found = system_error(error)
    unknown = isinstance(found, socket.gaierror) and found.errno != socket.EAI_AGAIN
    return unknown or isinstance(found, ssl.SSLError)


def _words(error: BaseException) -> str:
    found = system_error(error)
    if isinstance(found, socket.gaierror):
        return "its name is not known"
    text = (found and found.strerror) or str(error) or type(error).__name__
    return " ".join(text.split()).rstrip(".")


def _text(value: object) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
