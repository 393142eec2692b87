import base64
import random
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.messaging import mime
from foundation.messaging.mime import headers, text
from foundation.messaging.mime.charsets import decode
from tests.foundation.messaging.letters import gb_letter, letter, multipart, part, word


def test_gb2312_is_read_as_gb18030():
    mail = mime.parse(gb_letter())
    assert mail.text == "您好，我是陶喆，朱镕的洗衣机不启动。"
    assert mail.subject == "洗衣机不启动（朱镕）"
    assert (mail.sender_name, mail.sender) == ("陶喆", "tao@customer.example")


@pytest.mark.parametrize("label", ["gb2312", "GB2312", "gbk", "x-gbk", "cn-gb", "GB18030", "cp936"])
def test_every_old_name_is_gb18030(label):
    assert decode("镕喆𠮷".encode("gb18030"), label) == "镕喆𠮷"


@pytest.mark.parametrize(
    ("words", "charset", "label"),
    [
        ("漏電的冰箱", "big5", "big5"),
        ("洗衣机", "hz", "hz-gb-2312"),
        ("空调漏水，声音很大", "utf-8", ""),
        ("空调漏水，声音很大", "gb18030", ""),
        ("空调漏水，声音很大", "gb18030", "us-ascii"),
        ("空调漏水，声音很大", "gb18030", "utf-8"),
        ("空调漏水，声音很大", "utf-8", "gb2312"),
        ("空调漏水，声音很大", "utf-8", "no-such-charset"),
        ("空调漏水，声音很大", "gb18030", "rot13"),
        ("空调漏水，声音很大", "utf-8-sig", "gbk"),
        ("空调漏水，声音很大", "utf-16", "utf-16"),
        ("Café geöffnet", "cp1252", "iso-8859-1"),
        ("联通", "gb18030", "gb2312"),
        ("冷蔵庫", "iso-2022-jp", "iso-2022-jp"),
    ],
)
def test_labels_that_are_right_wrong_or_missing(words, charset, label):
    assert decode(words.encode(charset), label) == words


def test_a_cut_character_does_not_spoil_the_rest():
    cut = ("空调漏水，声音很大" * 3).encode()[:-1]
    assert decode(cut, "utf-8").startswith("空调漏水，声音很大" * 2)


def test_words_split_inside_a_character():
    data = "洗衣机不启动".encode("gb18030")
    halves = [base64.b64encode(piece).decode() for piece in (data[:3], data[3:])]
    subject = "\r\n ".join(f"=?gb2312?B?{half}?=" for half in halves)
    assert mime.parse(letter(Subject=subject)).subject == "洗衣机不启动"


def test_words_whose_base64_is_cut_anywhere():
    data = base64.b64encode("洗衣机不启动".encode()).decode()
    assert headers.words(f"=?utf-8?B?{data[:5]}?= =?utf-8?B?{data[5:]}?=") == "洗衣机不启动"


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (f"Re: {word('报修', 'utf-8')}", "Re: 报修"),
        (f"{word('报', 'gbk')} {word('修', 'utf-8')}", "报修"),
        (f"{word('报', 'gbk')} x {word('修', 'gbk')}", "报 x 修"),
        ("=?utf-8?Q?=E6=8A=A5_=E4=BF=AE?=", "报 修"),
        ("=?GB2312*zh?B?sai41g==?=", "报钢"),
        ("=?utf-8?B?5oql5L+u", "=?utf-8?B?5oql5L+u"),
        ("=?nonsense?B?!!!?=", ""),
        ("报修".encode("gb18030"), "报修"),
        ("报修 raw".encode(), "报修 raw"),
    ],
)
def test_subjects(value, seen):
    assert mime.parse(letter(Subject=value)).subject == seen


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("王 <W@Customer.example>".encode("gb18030"), "王", "w@customer.example"),
        (f'"{word("王, 伟", "gbk")}" <w@c.example>', "王, 伟", "w@c.example"),
        ("w@c.example (Wang)", "Wang", "w@c.example"),
        ("Wang, Wei <w@c.example>", "Wei", "w@c.example"),
        ("<<w@c.example>>", "", "w@c.example"),
        ('"boss@bank.example" <w@c.example>', "boss@bank.example", "w@c.example"),
        ("nobody", "", ""),
        ("", "", ""),
    ],
)
def test_senders(value, name, address):
    mail = mime.parse(letter(From=value))
    assert (mail.sender, mail.sender_name) == (address, name)


def test_who_got_it_and_what_it_answers():
    mail = mime.parse(
        letter(
            To="A <a@x.example>, b@x.example",
            Cc="C@x.example",
            Delivered_To="service+ticket-1.abc@x.example",
            In_Reply_To="<2@x>",
            References="<1@x>\r\n <2@x>",
        )
    )
    assert mail.recipients == [
        *("a@x.example", "b@x.example", "c@x.example", "service+ticket-1.abc@x.example")
    ]
    assert (mail.in_reply_to, mail.references) == ("<2@x>", ["<1@x>", "<2@x>"])
    assert mail.date == datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
    assert mime.parse(letter(Date="Tue, 99 Foo 99999 10:00")).date is None


@pytest.mark.parametrize(
    "disposition",
    [
        b"attachment; filename*=gb2312''%B7%A2%C6%B1.pdf",
        b"attachment; filename*0*=utf-8''%E5%8F%91;\r\n filename*1*=%E7%A5%A8;\r\n filename*2=.pdf",
        b"attachment; filename=" + "发票.pdf".encode("gb18030"),
        b'attachment; filename="' + "发票.pdf".encode() + b'"',
        b'attachment; filename="' + word("发票.pdf", "gb18030", "gb2312").encode() + b'"',
        b"attachment; filename=%E5%8F%91%E7%A5%A8.pdf",
        b'attachment; filename="..\\..\\' + "发票.pdf".encode() + b'"',
        b"attachment",
    ],
)
def test_file_names(disposition):
    kind = f"application/pdf; name={word('发票.pdf', 'utf-8')}"
    mail = mime.parse(multipart(part(b"see file"), part(b"%PDF-1.4", kind, disposition)))
    assert mail.text == "see file"
    assert mail.attachments == [("发票.pdf", b"%PDF-1.4", "application/pdf")]


def test_html_only():
    page = (
        "<html><head><title>t</title><style>p{}</style></head><body><p>洗衣机&nbsp;不启动</p>"
        "<div>请<b>尽快</b>处理 &lt;急&gt;<br>王伟</div><script>alert(1)</script>"
        "<table><tr><td>型号</td><td>A1</td></tr></table></body></html>"
    )
    mail = mime.parse(letter(page.encode("gbk"), Content_Type="text/html; charset=gb2312"))
    assert mail.html_used
    assert mail.text.split("\n") == [*("洗衣机 不启动", "请尽快处理 <急>", "王伟", "型号\tA1")]


def test_of_alternatives_the_plain_text_unless_it_is_empty():
    html = part("<p>网页</p>".encode(), "text/html; charset=utf-8")
    both = mime.parse(multipart(part("文本".encode()), html, kind="alternative"))
    assert (both.text, both.html_used) == ("文本", False)
    empty = mime.parse(multipart(part(b" \r\n"), html, kind="alternative"))
    assert (empty.text, empty.html_used) == ("网页", True)


def test_a_mail_inside_a_mail_is_a_file():
    inner = letter(b"buy now", Subject="Offer", To="service+ticket-1.x@a.example")
    mail = mime.parse(multipart(part(b"look"), part(inner, "message/rfc822")))
    assert mail.text == "look"
    ((name, content, kind),) = mail.attachments
    assert (name, kind) == ("Offer.eml", "message/rfc822")
    assert b"buy now" in content


QUOTES = [
    "已修好，谢谢\n\n-----原始邮件-----\n发件人：客服\n请问修好了吗？",
    '已修好，谢谢\n\n------------------ 原始邮件 ------------------\n发件人: "客服"',
    "已修好，谢谢\n\n---- 回复的原邮件 ----\n发件人 客服",
    "已修好，谢谢\n\n-----Original Message-----\nFrom: x",
    "已修好，谢谢\n\nOn Tue, 10 Mar 2026 at 10:00, Service <s@a.example> wrote:\n> old\n> words",
    "已修好，谢谢\n\nOn Tue, 10 Mar 2026 at 10:00, Service\n<s@a.example> wrote:\n\n> old",
    "已修好，谢谢\n\n客服 <s@a.example> 于2026年3月10日周二 10:00写道：\n\n> 旧",
    '已修好，谢谢\n\n在 2026-03-10 10:00:00，"客服" <s@a.example> 写道：\n旧',
    "On Tue, 10 Mar 2026, Service wrote:\n> old\n> words\n\n已修好，谢谢",
    "已修好，谢谢\n> 旧\n> 旧",
    "已修好，谢谢\n________________________________\n发件人: 客服\n发送时间: 2026年3月10日\n收件人: 王",
    "已修好，谢谢\n\nFrom: Service\nSent: Tuesday\nTo: Wang\nSubject: x\n\nold",
]


@pytest.mark.parametrize("words", QUOTES)
def test_history_is_left_out_of_the_text_but_not_lost(words):
    mail = mime.parse(letter(words.encode()))
    assert mail.text == "已修好，谢谢"
    assert mail.full_text == words


@pytest.mark.parametrize(
    "words",
    [
        "-----原始邮件-----\n发件人：客服",
        "> 只有引用",
        "洗衣机坏了\n邻居在群里写道：\n他家也坏了",
        "价格 > 100\n他写道：好\n完",
        "--\n王伟",
        "发件人：快递单上写的是王伟",
    ],
)
def test_what_is_not_history_stays(words):
    assert mime.parse(letter(words.encode())).text == words


def test_a_forwarded_mail_keeps_what_it_forwards():
    words = "请看\n-----原始邮件-----\n发件人：用户\n机器冒烟"
    mail = mime.parse(letter(words.encode(), Subject=word("转发: 投诉", "utf-8")))
    assert mail.text == words


@pytest.mark.parametrize(
    "changes",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; x=y"},
        {"X_Autoreply": "yes"},
        *({"Precedence": kind} for kind in ("bulk", "junk", "list", "auto_reply")),
        {"Subject": word("自动回复: 您好", "gbk")},
        {"Subject": word("【自动回复】休假", "utf-8")},
        {"Subject": "Out of Office: back Monday"},
        {"Subject": "Automatic reply: Help"},
        {"Auto_Submitted": "auto-replied", "Return_Path": "<>"},
        {"Content_Type": "multipart/report; report-type=disposition-notification; boundary=x"},
    ],
)
def test_automatic_replies(changes):
    mail = mime.parse(letter(**changes))
    assert (mail.is_auto_reply, mail.is_bounce) == (True, False)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"Auto_Submitted": "no"},
        {"X_Auto_Response_Suppress": "All"},
        {"Precedence": "first-class"},
        {"Subject": word("Re: 自动回复功能坏了", "utf-8")},
        {"Subject": word("自动回复功能坏了", "utf-8")},
        {"Subject": "Out of office chair broken"},
        {"Return_Path": "<wang@customer.example>"},
    ],
)
def test_people(changes):
    mail = mime.parse(letter(**changes))
    assert (mail.is_auto_reply, mail.is_bounce) == (False, False)


@pytest.mark.parametrize(
    "changes",
    [
        {"Content_Type": "multipart/report; report-type=delivery-status; boundary=x"},
        {"Return_Path": "<>"},
        {"From": "MAILER-DAEMON@mx.example", "Auto_Submitted": "auto-replied"},
        {"From": "Postmaster <postmaster@mx.example>"},
    ],
)
def test_bounces(changes):
    mail = mime.parse(letter(**changes))
    assert (mail.is_auto_reply, mail.is_bounce) == (False, True)


def test_a_bounce_names_the_mail_it_speaks_of():
    copy = part(letter(Message_ID="<lost@a.example>"), "message/rfc822")
    head = part(b"Message-ID: <lost@a.example>\r\nSubject: x\r\n", "text/rfc822-headers")
    report = part(
        b"Final-Recipient: rfc822; x@y.example\r\nAction: failed", "message/delivery-status"
    )
    for original in (copy, head):
        raw = multipart(
            part(b"sorry"), report, original, kind="report; report-type=delivery-status"
        )
        assert mime.parse(raw).original_message_id == "<lost@a.example>"


def deep(levels: int) -> bytes:
    body = b"end"
    for level in range(levels):
        cut = b"b%d" % level
        body = (
            b'Content-Type: multipart/mixed; boundary="'
            + cut
            + b'"\r\n\r\n--'
            + cut
            + b"\r\n"
            + body
        )
    return b"From: a@b.cn\r\n" + body


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"x" * (mime.MOST_BYTES + 1), "too_large"),
        (multipart(*[part(b"x")] * 201), "too_many_parts"),
        (b"a: b\n" + b"\n" * 800_000, "too_many_parts"),
        (deep(25), "too_deep"),
        (b"Content-Type: message/rfc822\r\n\r\n" * 30 + b"x", "too_deep"),
    ],
)
def test_bombs_are_refused(raw, reason):
    with pytest.raises(mime.Refused) as refused:
        mime.parse(raw)
    assert refused.value.reason == reason
    mime.glance(raw)


def test_a_deeper_bomb_is_refused_wherever_it_is_noticed():
    with pytest.raises(mime.Refused):
        mime.parse(deep(5000))


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 200_000,
        "<" * 900_000,
        "<b" * 400_000,
        "&" * 900_000,
        "<div>" * 15_000 + "x",
        "<p style='" + "a" * 900_000,
        "<br " * 200_000,
    ],
)
def test_hostile_html_costs_little(page):
    before = datetime.now(UTC)
    mime.parse(letter(page.encode(), Content_Type="text/html"))
    assert (datetime.now(UTC) - before).total_seconds() < 5


@pytest.mark.parametrize(
    "words",
    [
        "On " * 30_000,
        "-" * 90_000,
        "> " * 45_000,
        "发件人：\n" * 20_000,
        "在" * 90_000,
        ("a" * 150 + "\n") * 600,
        "\n> " * 30_000,
        " " * 90_000 + "x",
        " \t" * 45_000 + "\n",
    ],
)
def test_hostile_text_costs_little(words):
    before = datetime.now(UTC)
    text.without_history(text.clean(words))
    assert (datetime.now(UTC) - before).total_seconds() < 2


@pytest.mark.parametrize("name", ["From", "To", "Subject", "References", "Content-Type", "Date"])
@pytest.mark.parametrize(
    "unit", ["=?utf-8?B?5oql?= ", ';a="', "<", "(", '"', "a@b.cn,", "\\", "; filename*0*=x"]
)
def test_hostile_headers_cost_little(name, unit):
    before = datetime.now(UTC)
    mime.parse(letter(**{name.replace("-", "_"): unit * (1_000_000 // len(unit))}))
    assert (datetime.now(UTC) - before).total_seconds() < 3


SAMPLES = [
    gb_letter(),
    multipart(part("你好".encode()), part(b"<p>x</p>", "text/html"), kind="alternative"),
    multipart(
        part(letter(), "message/rfc822"), part(b"1", "image/png", b"inline; filename*=x'y'%zz")
    ),
    letter(base64.b64encode("你好".encode()), Content_Transfer_Encoding="base64"),
    letter(b"=E4=BD=A0=", Content_Transfer_Encoding="quoted-printable"),
    letter(b"begin 644 a\r\n#0V%T\r\n`\r\nend", Content_Transfer_Encoding="x-uuencode"),
    deep(5),
]


def readable(raw: bytes) -> None:
    try:
        mail = mime.parse(raw)
    except mime.Refused:
        mail = mime.glance(raw)
    for value in [mail.text, mail.subject, mail.sender, mail.sender_name, mail.message_id]:
        assert "\x00" not in value
        value.encode()
    for name, content, kind in mail.attachments:
        assert name and isinstance(content, bytes) and kind


@given(st.binary(max_size=2000))
def test_any_bytes_are_a_mail_or_refused(raw):
    readable(raw)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(SAMPLES), st.integers(0, 2**32), st.integers(1, 40))
def test_mangled_mail_is_a_mail_or_refused(sample, seed, cuts):
    dice, raw = random.Random(seed), bytearray(sample)
    for _ in range(cuts):
        place = dice.randrange(len(raw) + 1)
        raw[place : place + dice.randrange(4)] = bytes(
            dice.choice([*b"\r\n\x00\"=?;:*%'<>()-", dice.randrange(256)])
            for _ in range(dice.randrange(4))
        )
    readable(bytes(raw))


@pytest.mark.parametrize(
    ("raw", "identity"),
    [
        (letter(), "<1@customer.example>"),
        (b"message-ID:\r\n <a@b>\r\n\r\nx", "<a@b>"),
        (b"Message-ID: a\x00\xffb c\n\nx", "ab"),
        (b"Subject: x\n\nMessage-ID: <no@body>", ""),
        (b"", ""),
        (letter(Message_ID="<" + "x" * 2000), "<" + "x" * 997),
    ],
)
def test_identity(raw, identity):
    assert mime.message_id(raw) == identity
