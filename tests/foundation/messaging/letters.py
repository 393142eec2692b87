"""Mail as bytes, the way Chinese mail programs write it."""

import base64


def word(text: str, charset: str, label: str | None = None) -> str:
    return f"=?{label or charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


def letter(body: bytes = b"Hello", **headers: str | bytes | None) -> bytes:
    """A mail; header names are written with _ for -, None leaves one out."""
    every = {
        "From": "wang@customer.example",
        "To": "service@aftersales.example",
        "Subject": "Help",
        "Message-ID": "<1@customer.example>",
        "Date": "Tue, 10 Mar 2026 10:00:00 +0800",
        "Content-Type": "text/plain; charset=utf-8",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [
        name.encode() + b": " + (value if isinstance(value, bytes) else value.encode())
        for name, value in every.items()
        if value is not None
    ]
    return b"\r\n".join([*lines, b"", body])


def gb_letter(**headers) -> bytes:
    """Labelled gb2312, written in gb18030: 镕 and 喆 are in no gb2312."""
    return letter(
        "您好，我是陶喆，朱镕的洗衣机不启动。".encode("gb18030"),
        **{
            "From": f"{word('陶喆', 'gb18030', 'gb2312')} <tao@customer.example>",
            "Subject": word("洗衣机不启动（朱镕）", "gb18030", "gb2312"),
            "Content_Type": 'text/plain; charset="gb2312"',
            "Content_Transfer_Encoding": "8bit",
            **headers,
        },
    )


def multipart(*parts: bytes, kind: str = "mixed", **headers) -> bytes:
    inner = b"".join(b"--cut\r\n" + part + b"\r\n" for part in parts)
    return letter(
        inner + b"--cut--\r\n", Content_Type=f'multipart/{kind}; boundary="cut"', **headers
    )


def part(
    content: bytes, kind: str = "text/plain; charset=utf-8", disposition: bytes = b""
) -> bytes:
    head = b"Content-Type: " + kind.encode()
    if disposition:
        head += b"\r\nContent-Disposition: " + disposition
    return head + b"\r\n\r\n" + content
