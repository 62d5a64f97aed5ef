"""What is typed into forms and addresses by whoever means no good, as data, under the numbers of the design."""

import datetime

_DEEP = "[" * 50_000

TEXTS: dict[str, str] = {
    "11 NUL": "a\0b",
    "11 lone surrogate": "a\ud800b",
    "11 control characters": "\x01\x08\x1b[31m\x7f\x85",
    "13 marks on one letter": "a" + "\u0301" * 100_000,
    "13 marks out of order": "a" + "\u0323\u0301" * 50_000,
    "15 written from right to left": "\u202egnp.exe\u2066\u2067",
    "17 full-width digits": "１３８００１３８０００",
    "19 telephone with everything": "+86 (0086) 138-0013-8000 转 12",
    "23 rare characters": "\U00030edd·\u2022\u30fb\ufdd0\U000f0000",
    "25 nested brackets": _DEEP + "](javascript&colon;alert(1))",
    "27 quotation": "'; DROP TABLE matters_matter; --\\' or 1=1 %_\\",
    "27 ends with a backslash": "%\\",
    "79 no number": "NaN",
    "79 infinite": "1e308",
    "79 many digits": "9" * 5_000,
    "79 many decimals": "117." + "1" * 5_000,
    "91 very long": "密" * 200_000,
    "103 negative": "-1",
    "103 beyond 63 bits": str(2**63),
    "103 not decimal": "0x7f",
    "103 id of nothing": "00000000-0000-4000-8000-000000000000",
    "103 id in braces": "{00000000-0000-4000-8000-00000000000G}",
    "103 way up": "../../../etc/passwd%00",
    "189 question without blanks": "路面坑洞" * 2_500,
    "189 a thousand OR": "a OR " * 1_000,
    "189 unbalanced": '"a (b | & ! <-> :*',
    "189 radicals": "\u2f00\u4e00\ufe0f\U000e0100",
    "191 numbers of houses": "号" * 10_000,
    "191 tails of addresses": "省市区县镇" * 2_000,
    "191 nested brackets": "（(【[" * 2_500,
    "193 lines of a log": "a\r\nSet-Cookie: a=b\u2028\x1b[2J",
    "195 no such day": "2026-02-30",
    "195 first day": datetime.date.min.isoformat(),
    "195 last day": datetime.date.max.isoformat(),
    "195 moment without an end": "9999-12-31T23:59",
    "195 moment at the beginning": "0001-01-01T00:00",
}
"""Number and name of the case → what is typed."""

IDS: dict[str, str] = {
    "103 never existed": "00000000-0000-4000-8000-000000000000",
    "103 negative": "-1",
    "103 beyond 63 bits": str(2**63),
    "103 float": "1.5e308",
    "103 hexadecimal": "0xDEADBEEF",
    "103 without dashes": "00000000000040008000000000000000",
    "103 in braces": "%7B00000000-0000-4000-8000-000000000000%7D",
    "103 way up": "..%2f..%2fetc",
    "103 way up twice encoded": "%252e%252e%252f",
    "103 parameter of a session": "a;jsessionid=1",
    "103 NUL": "a%00b",
    "103 not UTF-8": "%ff%fe",
    "103 surrogate": "%ed%a0%80",
    "103 long": "9" * 4_000,
    "103 Chinese": "%E7%BB%8F%E7%BA%AC",
    "103 full-width": "%EF%BC%91%EF%BC%92",
    "103 line": "a%0d%0aSet-Cookie:%20a=b",
    "103 blank": "%20",
    "103 quotation": "%27%3B--",
}
"""What stands in an address in the place of an id, as it goes over the wire."""

ELSEWHERE = (
    "//evil.example/",
    "https:evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "https://evil.example/",
    "http:///evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "///evil.example",
    "data:text/html,x",
    "//localhost@evil.example",
)
"""49: where a `next` must not lead."""
