"""The questionnaire every installation starts with (handbook 2.5); then the administrator's."""

from foundation.accounts.defaults import ship
from surveys.models import Question, Questionnaire

QUESTIONS = [
    # key, kind, 中文, English, question in 中文, question in English
    ("timeliness", "scale", "及时性", "Timeliness", "我们的响应和处理是否及时？", "Were we quick enough?"),
    ("professionalism", "scale", "专业性", "Professionalism", "服务人员是否专业？", "Did we know our job?"),
    ("effect", "scale", "解决效果", "Effect", "问题解决得怎么样？", "How well does it work now?"),
    ("overall", "scale", "总体满意度", "Overall", "您对本次服务总体满意吗？", "How satisfied are you overall?"),
    (
        "recommend",
        "nps",
        "推荐意愿",
        "Would recommend",
        "您有多大可能把我们推荐给亲友或同事？",
        "How likely are you to recommend us?",
    ),
    ("comment", "text", "意见", "Comment", "还有什么想告诉我们的？", "What else should we know?"),
]  # fmt: skip


def ship_questionnaire(**kwargs) -> None:
    """Create the questionnaire and the questions this installation has not been given yet."""
    ship(
        Questionnaire,
        ("key",),
        [
            {
                "key": "service",
                "name_zh": "服务满意度",
                "name_en": "Service survey",
                "is_active": True,
            }
        ],
    )
    questionnaire = Questionnaire.objects.filter(key="service").first()
    if questionnaire is None:
        return
    names = ("key", "kind", "name_zh", "name_en", "text_zh", "text_en")
    ship(
        Question,
        ("questionnaire", "key"),
        [
            dict(zip(names, row, strict=True))
            | {"questionnaire": questionnaire, "order": place * 10}
            for place, row in enumerate(QUESTIONS, start=1)
        ],
    )
