"""A grammar of calls to the webhook that go wrong: each production of HTTP, of the token and of JSON, broken in turn.

The same seed makes the same calls. Each knows how it may be answered.
"""

import base64
import gzip
import hashlib
import hmac
import json
import random
import uuid
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

PATH: Final = "/applemessagesforbusiness/message"
CUSTOMERS: Final = tuple(f"urn:mbid:malformed-{number}" for number in range(8))
TAKEN_OR_NOT: Final = frozenset({200, 400})
REFUSED: Final = frozenset({400})
CLOSED: Final = 0

# What stands where something else belongs, as it is written in JSON.
ODD: Final = (
    "null",
    "true",
    "false",
    "0",
    "-0",
    "-1",
    "1.5",
    "1e308",
    "1e-400",
    '""',
    '" "',
    '"\\u0000"',
    '"\\ud800"',
    '"\\udfff\\ud800"',
    "[]",
    "{}",
    "[null]",
    "[[]]",
    '{"":""}',
    '{"a":{"b":{"c":[]}}}',
    '"' + "x" * 5000 + '"',
    "9" * 400,
    '"\\n\\r\\t"',
    '"\u202e\ufeff"',
    '[1,"a",null,{}]',
    '"ＮＡＮ"',
    "12345678901234567890123456789012345678901234567890",
)
# What JSON does not know, however often others write it.
NOT_JSON: Final = (
    "NaN",
    "Infinity",
    "-Infinity",
    "1e999",
    "01",
    "+1",
    ".5",
    "1.",
    "0x10",
    "tru",
    "True",
    "None",
    "undefined",
    "'a'",
    "/* */",
    "//",
    '"\\x"',
    '"\\u12"',
    '"\t"',
    '"\x00"',
    '"open',
    "\\",
    "\x00",
    "\ufffe",
    "{,}",
    "[,]",
    "[1,]",
    '{"a"}',
    '{"a":}',
    "{1:2}",
    "9" * 5000,
)


@dataclass(frozen=True)
class Call:
    """A request as it goes over the wire."""

    production: str
    content: bytes
    expected: frozenset[int]
    # Whether the server cannot tell where the request ends: then nothing else goes over this connection.
    is_broken: bool = False


@dataclass
class Request:
    """A request in parts, which is right until something is done to it."""

    headers: list[tuple[str, bytes]]
    body: bytes
    start: bytes = f"POST {PATH} HTTP/1.1".encode()
    has_length: bool = True

    def set(self, name: str, value: bytes | str) -> None:
        """Give a header another value."""
        self.drop(name)
        self.headers.append((name, value if isinstance(value, bytes) else value.encode()))

    def drop(self, name: str) -> None:
        """Leave a header out."""
        self.headers = [each for each in self.headers if each[0].lower() != name.lower()]

    @property
    def head(self) -> bytes:
        """The request up to its body."""
        length = [("Content-Length", str(len(self.body)).encode())] if self.has_length else []
        lines = [self.start, *(name.encode() + b": " + value for name, value in (*self.headers, *length))]
        return b"\r\n".join(lines) + b"\r\n\r\n"


@dataclass
class Grammar:
    """Makes calls to one business."""

    msp_id: str
    secret: str
    business_id: str
    seed: int
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def calls(self, count: int) -> Iterator[Call]:
        """Yield so many calls, each production in turn, so that all come equally often."""
        makers: tuple[Callable[[], Call], ...] = (
            self._broken_json,
            self._wrong_type,
            self._nested,
            self._duplicate_keys,
            self._encoded,
            self._compressed,
            self._header,
            self._token,
            self._mismatched,
            self._capabilities,
            self._framed,
            self._broken_json,
            self._wrong_type,
            self._token,
        )
        for number in range(count):
            yield makers[number % len(makers)]()

    def good(self) -> Request:
        """Return a request that is right."""
        return self._request(self._message())

    def token(self, claims: Any = None, header: Any = None, secret: bytes | None = None) -> str:
        """Return a signed token with any header and claims."""
        first = _part(json.dumps(header if header is not None else {"alg": "HS256", "typ": "JWT"}).encode())
        second = _part(claims if isinstance(claims, bytes) else json.dumps(claims).encode())
        key = base64.b64decode(self.secret) if secret is None else secret
        return f"{first}.{second}.{_part(hmac.digest(key, f'{first}.{second}'.encode(), hashlib.sha256))}"

    def _message(self) -> dict[str, Any]:
        common = {
            "v": 1,
            "id": str(uuid.UUID(int=self._random.getrandbits(128))),
            "sourceId": self._random.choice(CUSTOMERS),
            "destinationId": self.business_id,
            "locale": "de_DE",
            "intent": "repair",
            "group": "shop",
        }
        return common | self._random.choice(_kinds())

    def _request(self, message: dict[str, Any], body: bytes | None = None) -> Request:
        headers = [
            ("Host", b"localhost"),
            ("Authorization", f"Bearer {self.token({'aud': self.msp_id})}".encode()),
            ("id", str(message["id"]).encode()),
            ("source-id", str(message["sourceId"]).encode()),
            ("destination-id", self.business_id.encode()),
            ("capability-list", b"LIST,TIME,QUICK"),
        ]
        return Request(headers, json.dumps(message).encode() if body is None else body)

    def _sent(self, production: str, request: Request, expected: frozenset[int] = TAKEN_OR_NOT) -> Call:
        return Call(production, request.head + request.body, expected)

    def _broken_json(self) -> Call:
        message = self._message()
        tokens = list(_tokens(message))
        place = self._random.randrange(len(tokens))
        how = self._random.choice(("drop", "double", "swap", "cut", "junk", "odd", "tail", "inside"))
        match how:
            case "drop":
                del tokens[place]
            case "double":
                tokens.insert(place, tokens[place])
            case "swap":
                tokens[place - 1], tokens[place] = tokens[place], tokens[place - 1]
            case "cut":
                del tokens[place:]
            case "junk":
                tokens[place] = self._random.choice(NOT_JSON)
            case "odd":
                tokens[place] = self._random.choice(ODD)
            case "tail":
                tokens.append(self._random.choice((*NOT_JSON, "{}", ",", "\x00", "]")))
            case "inside":
                text = tokens[place]
                cut = self._random.randrange(len(text))
                tokens[place] = text[:cut] + self._random.choice('\\"{}[],:\x00\x1f\ud83d') + text[cut:]
        body = "".join(tokens).encode("utf-8", "surrogatepass")
        return self._sent(f"json: {how}", self._request(message, body))

    def _wrong_type(self) -> Call:
        message = self._message()
        text = json.dumps(message)
        path = self._random.choice(list(_paths(message)))
        marker = "@@here@@"
        changed = _replaced(json.loads(text), path, marker)
        body = json.dumps(changed).replace(f'"{marker}"', self._random.choice(ODD)).encode("utf-8", "surrogatepass")
        return self._sent(f"type of {'.'.join(map(str, path))}", self._request(message, body))

    def _nested(self) -> Call:
        message = self._message()
        depth = self._random.choice((50, 99, 101, 1000, 20_000))
        opening, closing = self._random.choice((("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")))
        whole = self._random.choice(("value", "all", "open"))
        inner = opening * depth + "1" + closing * depth
        text = (
            json.dumps(message)[:-1]
            + f', "{self._random.choice(("extra", "body", "interactiveData", "attachments"))}": '
        )
        bodies = {"value": text + inner + "}", "all": inner, "open": text + opening * depth}
        return self._sent(f"nested: {whole} {depth}", self._request(message, bodies[whole].encode()))

    def _duplicate_keys(self) -> Call:
        message = self._message()
        name = self._random.choice([*message, "type", "id"])
        text = json.dumps(message)
        second = f"{json.dumps(name)}: {self._random.choice(ODD)}"
        first = self._random.random() < 0.5
        body = "{" + second + "," + text[1:] if first else text[:-1] + "," + second + "}"
        return self._sent(f"double key {name}", self._request(message, body.encode("utf-8", "surrogatepass")))

    def _encoded(self) -> Call:
        message = self._message()
        text = json.dumps(message, ensure_ascii=False)
        plain = text.encode()
        cut = self._random.randrange(len(plain))
        bodies = {
            "utf-16": text.encode("utf-16"),
            "utf-16-le": text.encode("utf-16-le"),
            "utf-32": text.encode("utf-32"),
            "bom": b"\xef\xbb\xbf" + plain,
            "two boms": b"\xef\xbb\xbf" * 2 + plain,
            "latin-1": plain[:-1] + b', "x": "\xe9\xfc"}',
            "overlong": plain.replace(b'"text"', b'"\xc0\xf4ext"'),
            "surrogate": plain[:-1] + b', "x": "\xed\xa0\x80"}',
            "half a character": plain[:-1] + b', "x": "\xf0\x9f"}',
            "nul": plain[:cut] + b"\x00" + plain[cut:],
            "nuls after": plain + b"\x00" * 10,
            "noise": self._random.randbytes(300),
            "empty": b"",
            "space": b" \n\t",
            "one byte": self._random.randbytes(1),
            "flipped bit": plain[:cut] + bytes([plain[cut] ^ (1 << self._random.randrange(8))]) + plain[cut + 1 :],
        }
        name = self._random.choice(list(bodies))
        return self._sent(f"encoding: {name}", self._request(message, bodies[name]))

    def _compressed(self) -> Call:
        message = self._message()
        plain = json.dumps(message).encode()
        packed = gzip.compress(plain)
        cut = self._random.randrange(1, len(packed))
        bodies = {
            "cut": packed[:cut],
            "two members": gzip.compress(plain[:9]) + gzip.compress(plain[9:]),
            "twice": packed + packed,
            "again": gzip.compress(packed),
            "tail": packed + b"tail",
            "sum": packed[:-8] + b"\x00" * 8,
            "zlib": zlib.compress(plain),
            "raw": packed[10:-8],
            "flipped": packed[:cut] + bytes([packed[cut] ^ 0xFF]) + packed[cut + 1 :],
            "magic": b"\x1f\x8b",
            "plain": plain,
            "empty": b"",
            "flags": b"\x1f\x8b\x08\xff" + packed[4:],
        }
        name = self._random.choice([*bodies, *(["bomb"] if self._random.random() < 0.05 else [])])
        request = self._request(message, BOMB if name == "bomb" else bodies[name])
        request.set(
            "Content-Encoding",
            self._random.choice(("gzip", "gzip", "", "GZIP", "deflate", "br", "gzip, gzip", "x" * 500)),
        )
        return self._sent(f"gzip: {name}", request)

    def _header(self) -> Call:
        request = self.good()
        name = self._random.choice(
            ("Authorization", "id", "source-id", "destination-id", "capability-list", "Content-Type")
        )
        how = self._random.choice(("missing", "empty", "doubled", "long", "odd", "spaces", "case", "many"))
        value = dict(request.headers).get(name, b"application/json")
        match how:
            case "missing":
                request.drop(name)
            case "empty":
                request.set(name, b"")
            case "doubled":
                request.headers.append((name, self._random.choice((b"another", value, b""))))
            case "long":
                request.set(name, b"x" * self._random.choice((1025, 4000, 9000, 40_000)))
            case "odd":
                odd = (
                    b"\xff\xfe",
                    "ключ".encode(),
                    b"a\tb",
                    b"%00",
                    b"a,b",
                    b"{}",
                    b"urn:mbid:\xf0\x9f\x98\x80",
                    b"'; --",
                    b"../..",
                )
                request.set(name, self._random.choice(odd))
            case "spaces":
                request.set(name, b"   " + value + b"   ")
            case "case":
                request.drop(name)
                request.headers.append((name.upper(), value.upper()))
            case "many":
                request.headers += [(f"x-{number}", b"y" * 20) for number in range(self._random.choice((20, 95, 300)))]
        return self._sent(f"header {name}: {how}", request, frozenset({200, 400, 401, 403, 404, CLOSED}))

    def _token(self) -> Call:
        request = self.good()
        aud = {"aud": self.msp_id}
        good = self.token(aud)
        first, second, third = good.split(".")
        none = _part(b'{"alg":"none"}')
        tokens: dict[str, str] = {
            "no scheme": good,
            "basic": "Basic YTpi",
            "scheme alone": "Bearer",
            "two schemes": f"Bearer Bearer {good}",
            "two parts": f"Bearer {first}.{second}",
            "four parts": f"Bearer {good}.{third}",
            "dots": "Bearer ..",
            "noise": "Bearer a.b.c",
            "unsigned": f"Bearer {none}.{second}.",
            "unsigned but signed": f"Bearer {none}.{second}.{third}",
            "no signature": f"Bearer {first}.{second}.",
            "cut": f"Bearer {good[: self._random.randrange(len(good) - 1)]}",
            "changed": f"Bearer {first}.{_part(b'{}')}.{third}",
            "not base64": f"Bearer {first}.%%%.{third}",
            "another secret": f"Bearer {self.token(aud, secret=b'x' * 32)}",
            "empty secret": f"Bearer {self.token(aud, secret=b'')}",
            "long": f"Bearer {good}{'A' * 9000}",
            "letters": "Bearer é.ü.ß",
            "list": f"Bearer {self.token([])}",
            "number": f"Bearer {self.token(1)}",
            "null": f"Bearer {self.token(None)}",
            "not json": f"Bearer {self.token(b'{')}",
            "nested": f"Bearer {self.token(b'[' * 3000)}",
            "bytes": f"Bearer {self.token(bytes([0xFF, 0xFE]))}",
            "no audience": f"Bearer {self.token({})}",
            "issuer": f"Bearer {self.token({'iss': self.msp_id})}",
        }
        for header in HEADERS:
            tokens[f"header {header}"] = f"Bearer {self.token(aud, {'alg': 'HS256', 'typ': 'JWT'} | header)}"
        for claims in CLAIMS:
            tokens[f"claims {str(claims)[:40]}"] = f"Bearer {self.token(aud | claims)}"
        chosen = self._random.choice(list(tokens))
        request.set("Authorization", tokens[chosen])
        return self._sent(
            f"token: {chosen}", request, frozenset({200, 401, 403}) if chosen in MAY_PASS else frozenset({401, 403})
        )

    def _mismatched(self) -> Call:
        request = self.good()
        name, value, status = self._random.choice(
            (
                ("id", str(uuid.UUID(int=self._random.getrandbits(128))), 400),
                ("id", "not an id", 400),
                ("id", "0" * 36, 400),
                ("source-id", "urn:mbid:somebody-else", 400),
                ("source-id", "x" * 2000, 400),
                ("destination-id", str(uuid.UUID(int=self._random.getrandbits(128))), 404),
                ("destination-id", "no business", 404),
                ("destination-id", "%00", 404),
                ("destination-id", "é" * 100, 404),
            )
        )
        request.set(name, value)
        return self._sent(f"mismatched {name}", request, frozenset({status}))

    def _capabilities(self) -> Call:
        request = self.good()
        values = (
            ",".join(f"C{number}" for number in range(1500)),
            "," * 5000,
            "%",
            "%zz",
            "%00",
            "%ff%fe",
            "%F0%9F%98%80",
            " , ,, ",
            "a" * 8000,
            "LIST\tTIME",
            "%2C" * 1000,
            "%ED%A0%80",
            "LIST,list,LiSt",
            '"LIST"',
            "ſtraße,ß",
        )
        request.set("capability-list", self._random.choice(values))
        return self._sent("capabilities", request, frozenset({200}))

    def _framed(self) -> Call:
        request = self.good()
        body = request.body
        name = self._random.choice(list(FRAMES))
        content = FRAMES[name](request, body, self._random.randrange(1, len(body)))
        return Call(f"framing: {name}", content, frozenset({200, 400, 401, 403, 404, CLOSED}), is_broken=True)


ALGORITHMS: Final[list[Any]] = ["RS256", "HS512", "ES256", "none", "", "hs256", 1, None, [], {}]
AUDIENCES: Final[list[Any]] = [None, 1, True, {}, [], [1, None], "", "x", [["x"]]]
TIMES: Final[list[Any]] = ["9" * 30, True, {}, [], 10**30, 1e300, -1, 4_000_000_000, "now"]
HEADERS: Final[tuple[dict[str, Any], ...]] = (
    *({"alg": name} for name in ALGORITHMS),
    {"crit": ["x"]},
    {"b64": False, "crit": ["b64"]},
    {"zip": "DEF"},
    {"kid": "../../key"},
)
CLAIMS: Final[tuple[dict[str, Any], ...]] = (
    *({"aud": value} for value in AUDIENCES),
    *({"iat": value} for value in TIMES),
    {"exp": 1},
    {"exp": "x"},
    {"exp": {}},
    {"exp": -(10**30)},
    {"nbf": 4_000_000_000},
    {"nbf": []},
    {"nbf": 10**400},
)
# They are Apple's tokens with something that nobody has to mind.
MAY_PASS: Final = frozenset({"claims {'iat': -1}", "header {'zip': 'DEF'}", "header {'kid': '../../key'}"})
BOMB: Final = gzip.compress(b"[" + b" " * 12_000_000 + b"]")


def _framed(request: Request, headers: dict[str, str], content: bytes) -> bytes:
    request.has_length = False
    for name, value in headers.items():
        request.set(name, value)
    return request.head + content


def _chunked(request: Request, *chunks: bytes) -> bytes:
    return _framed(request, {"Transfer-Encoding": "chunked"}, b"".join(chunks))


def _chunk(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


FRAMES: Final[dict[str, Callable[[Request, bytes, int], bytes]]] = {
    "chunked": lambda request, body, cut: _chunked(request, _chunk(body[:cut]), _chunk(body[cut:]), b"0\r\n\r\n"),
    "chunks break off": lambda request, body, cut: _chunked(request, _chunk(body[:cut])),
    "chunk cut": lambda request, body, cut: _chunked(request, _chunk(body)[:cut]),
    "chunk size": lambda request, body, cut: _chunked(request, b"zz\r\n", body, b"\r\n0\r\n\r\n"),
    "chunk too large": lambda request, body, cut: _chunked(request, b"f" * 17 + b"\r\n", body),
    "negative chunk": lambda request, body, cut: _chunked(request, b"-1\r\n", body),
    "length too large": lambda request, body, cut: _framed(request, {"Content-Length": str(len(body) + cut)}, body),
    "length too small": lambda request, body, cut: _framed(request, {"Content-Length": str(cut)}, body),
    "length is huge": lambda request, body, cut: _framed(request, {"Content-Length": "9" * 25}, body),
    "length is 100 MB": lambda request, body, cut: _framed(request, {"Content-Length": "100000000"}, body),
    "negative length": lambda request, body, cut: _framed(request, {"Content-Length": "-5"}, body),
    "length in words": lambda request, body, cut: _framed(request, {"Content-Length": "five"}, body),
    "no length": lambda request, body, cut: _framed(request, {}, body),
    "length and chunks": lambda request, body, cut: _framed(
        request, {"Content-Length": str(len(body)), "Transfer-Encoding": "chunked"}, _chunk(body) + b"0\r\n\r\n"
    ),
    "another coding": lambda request, body, cut: _framed(
        request, {"Transfer-Encoding": "gzip, chunked"}, _chunk(body) + b"0\r\n\r\n"
    ),
    "unknown coding": lambda request, body, cut: _framed(request, {"Transfer-Encoding": "rot13"}, body),
    "two lengths": lambda request, body, cut: request.head.replace(b"id: ", b"Content-Length: 3\r\nid: ", 1) + body,
    "head cut": lambda request, body, cut: request.head[:cut],
    "line feeds": lambda request, body, cut: request.head.replace(b"\r\n", b"\n") + body,
    "nul in head": lambda request, body, cut: request.head[:cut] + b"\x00" + request.head[cut:] + body,
    "folded": lambda request, body, cut: request.head.replace(b"capability-list: ", b"capability-list:\r\n "),
    "no colon": lambda request, body, cut: request.head.replace(b"source-id: ", b"source-id ") + body,
    "space in name": lambda request, body, cut: request.head.replace(b"source-id:", b"source id :") + body,
    "another version": lambda request, body, cut: request.head.replace(b"HTTP/1.1", b"HTTP/9.9") + body,
    "no version": lambda request, body, cut: request.head.replace(b" HTTP/1.1", b"") + body,
    "old version": lambda request, body, cut: request.head.replace(b"HTTP/1.1", b"HTTP/1.0") + body,
    "no host": lambda request, body, cut: request.head.replace(b"Host: localhost\r\n", b"") + body,
    "odd host": lambda request, body, cut: request.head.replace(b"Host: localhost", b"Host: a b/\xff") + body,
    "strange host": lambda request, body, cut: request.head.replace(b"Host: localhost", b"Host: evil.example") + body,
    "expectation": lambda request, body, cut: request.head.replace(b"id: ", b"Expect: 100-continue\r\nid: ", 1) + body,
    "noise": lambda request, body, cut: bytes(range(256)),
    "tls": lambda request, body, cut: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + body,
    "nothing": lambda request, body, cut: b"",
}


def _kinds() -> list[dict[str, Any]]:
    file = {
        "name": "a.jpg",
        "mimeType": "image/jpeg",
        "size": 12,
        "url": "https://store.example/a",
        "owner": "o",
        "key": "00" + "a" * 64,
        "signature-base64": "AAAA",
    }
    data = {
        "version": "1.0",
        "requestIdentifier": "1",
        "images": [{"identifier": "1", "data": "AA=="}],
        "listPicker": {
            "sections": [{"title": "A", "items": [{"identifier": "1", "title": "One", "order": 0}]}],
            "multipleSelection": False,
        },
        "replyMessage": {"title": "One", "subtitle": "two", "style": "icon"},
    }
    event = {
        "identifier": "1",
        "timeslots": [{"identifier": "1", "startTime": "2026-05-01T10:00+0000", "duration": 60}],
        "timezoneOffset": 0,
    }
    return [
        {"type": "text", "body": "Grüße 🛠️", "subject": "s"},
        {"type": "text", "body": "￼ look", "attachments": [file, file]},
        {"type": "interactive", "interactiveData": {"bid": "b", "sessionIdentifier": "s", "data": data}},
        {
            "type": "interactive",
            "interactiveData": {
                "bid": "b",
                "data": {"event": event, "version": "1.0"},
                "receivedMessage": {"title": "t"},
            },
        },
        {
            "type": "interactive",
            "interactiveData": {
                "bid": "b",
                "data": {"quick-reply": {"items": [{"identifier": "1", "title": "A"}], "selectedIndex": 0}},
            },
        },
        {"type": "typing_start"},
        {"type": "typing_end"},
        {"type": "close"},
        {
            "type": "richLink",
            "richLinkData": {
                "url": "https://a.example",
                "title": "t",
                "assets": {"image": {"data": "AA==", "mimeType": "image/png"}},
            },
        },
        {"type": "of tomorrow", "new": {"things": [1, 2, 3]}},
    ]


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _tokens(value: Any) -> Iterator[str]:
    match value:
        case dict():
            yield "{"
            for number, (key, child) in enumerate(value.items()):
                yield from ([","] if number else [])
                yield json.dumps(key)
                yield ":"
                yield from _tokens(child)
            yield "}"
        case list():
            yield "["
            for number, child in enumerate(value):
                yield from ([","] if number else [])
                yield from _tokens(child)
            yield "]"
        case _:
            yield json.dumps(value)


def _paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield (*before, key)
        yield from _paths(child, (*before, key))


def _replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    place = value
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = by
    return value
