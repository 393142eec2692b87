from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    RECEIVED = "received", _("received")
    CLASSIFIED = "classified", _("classified")
    ASSIGNED = "assigned", _("assigned")
    IN_PROGRESS = "in_progress", _("in progress")
    RESOLVED = "resolved", _("resolved")
    CONFIRMED = "confirmed", _("confirmed")
    CANCELLED = "cancelled", _("cancelled")


PATH = [
    Status.RECEIVED,
    Status.CLASSIFIED,
    Status.ASSIGNED,
    Status.IN_PROGRESS,
    Status.RESOLVED,
    Status.CONFIRMED,
]


class Kind(models.TextChoices):
    CONSULTATION = "consultation", _("question")
    FAULT = "fault", _("fault report")
    COMPLAINT = "complaint", _("complaint")
    RETURN = "return", _("return or exchange")
    INSTALLATION = "installation", _("installation")
    MAINTENANCE = "maintenance", _("maintenance")
    TRAINING = "training", _("training")
    SUGGESTION = "suggestion", _("suggestion")


class Channel(models.TextChoices):
    PHONE = "phone", _("hotline")
    WEB = "web", _("web form")
    EMAIL = "email", _("e-mail")
    CHAT = "chat", _("online chat")
    WECHAT = "wechat", _("WeChat")
    DEALER = "dealer", _("dealer")
    API = "api", _("API")
    DEVICE = "device", _("device alert")
    COUNTER = "counter", _("counter")
    SOCIAL = "social", _("social media")


class Priority(models.TextChoices):
    P1 = "P1", _("P1 urgent")
    P2 = "P2", _("P2 important")
    P3 = "P3", _("P3 normal")


class Reach(models.TextChoices):
    ONE = "one", _("one unit")
    SEVERAL = "several", _("several units")
    BATCH = "batch", _("a whole batch")


class Urgency(models.TextChoices):
    LOW = "low", _("can wait")
    NORMAL = "normal", _("soon")
    HIGH = "high", _("at once")


class Impact(models.TextChoices):
    BLEMISH = "blemish", _("works, with a blemish")
    LIMITED = "limited", _("works in part")
    UNUSABLE = "unusable", _("cannot be used")
    BUSINESS = "business", _("a business stands still")


class Mood(models.TextChoices):
    CALM = "calm", _("calm")
    WORRIED = "worried", _("worried")
    UPSET = "upset", _("upset")


class Wanted(models.TextChoices):
    REPAIR = "repair", _("repair")
    RETURN = "return", _("return")
    EXCHANGE = "exchange", _("exchange")
    ADVICE = "advice", _("advice")
    COMPENSATION = "compensation", _("compensation")


class WantedHow(models.TextChoices):
    ONSITE = "onsite", _("visit at home or on site")
    REMOTE = "remote", _("by phone or online")
    PICKUP = "pickup", _("pick-up")
    DROPOFF = "dropoff", _("bring it in")


class HoldReason(models.TextChoices):
    CUSTOMER = "customer", _("waiting for the customer")
    LATER = "later", _("the customer chose a later day")
    PARTS = "parts", _("waiting for parts")
    THIRD_PARTY = "third_party", _("waiting for a third party")
    APPROVAL = "approval", _("waiting for approval")


class CancelReason(models.TextChoices):
    WITHDRAWN = "withdrawn", _("withdrawn by the customer")
    DUPLICATE = "duplicate", _("duplicate")
    SPAM = "spam", _("spam")


class Responsibility(models.TextChoices):
    UNDECIDED = "undecided", _("undecided")
    PRODUCT = "product", _("the product itself")
    USER = "user", _("user")
    LOGISTICS = "logistics", _("logistics")
    INSTALLATION = "installation", _("installation")


class TestResult(models.TextChoices):
    PASSED = "passed", _("works after the repair")
    FAILED = "failed", _("does not work yet")
    NOT_NEEDED = "not_needed", _("no test needed")

    __test__ = False


class Method(models.TextChoices):
    REMOTE = "remote", _("remote guidance")
    ONSITE = "onsite", _("visit on site")
    PICKUP = "pickup", _("pick-up and return")
    DEPOT = "depot", _("workshop repair")
    EXCHANGE = "exchange", _("exchange")
    REFUND = "refund", _("refund")
    PART = "part", _("part sent")
    COMPENSATION = "compensation", _("compensation")
    WARRANTY = "warranty", _("longer warranty")
    ADVICE = "advice", _("advice")


# The ways to help for which somebody has to go to the customer.
ON_SITE = frozenset({Method.ONSITE, Method.PICKUP})


class DeadlineState(models.TextChoices):
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    MET = "met", _("met")
    BREACHED = "breached", _("late")
    CANCELLED = "cancelled", _("no longer needed")


class Moment(models.TextChoices):
    """The events that promises count from and are met by."""

    URGENT = "urgent", _("safety flag or urgent mark")
    RECEIVED = "received", _("received")
    TAKEN = "taken", _("taken by a person")
    ANSWERED = "answered", _("first human answer")
    REGISTERED = "registered", _("registration complete")
    CLASSIFIED = "classified", _("priority set")
    ASSIGNED = "assigned", _("assigned")
    PLANNED = "planned", _("plan made")
    VISIT_PLANNED = "visit_planned", _("visit planned")
    STARTED = "started", _("work started")
    INSPECTED = "inspected", _("inspection finished")
    NEWS = "news", _("news for the customer")
    ASKED = "asked", _("expert asked")
    ADVISED = "advised", _("expert answered")
    TASK_GIVEN = "task_given", _("task given")
    TASK_DONE = "task_done", _("task done")
    RESOLVED = "resolved", _("resolved")
    REPORTED = "reported", _("customer told the result")
    REOPENED = "reopened", _("reopened")
    SATISFACTION = "satisfaction", _("customer answered")


class Rung(models.TextChoices):
    """Who is told of a late promise, from the person who does the work upwards."""

    OWNER = "owner", _("who works on it")
    SUPERVISOR = "supervisor", _("supervisors")
    HEAD = "head", _("department head")
    MANAGER = "manager", _("managers")


class NewsBy(models.TextChoices):
    """How the customer hears progress news."""

    MAIL = "mail", _("by e-mail")
    CALL = "call", _("put a call on the call list")
    SAID = "said", _("I have told them on the phone just now")


class ClimbState(models.TextChoices):
    CLIMBING = "climbing", _("climbing")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    ENDED = "ended", _("ended")


class Payer(models.TextChoices):
    US = "us", _("us")
    CUSTOMER = "customer", _("the customer")
    SUPPLIER = "supplier", _("the supplier")
    UNDECIDED = "undecided", _("undecided")


class Answer(models.TextChoices):
    """Of the head to a plan, and of the customer."""

    NOT_NEEDED = "not_needed", _("not needed")
    ASKED = "asked", _("waiting")
    YES = "yes", _("agreed")
    NO = "no", _("refused")


class ApprovalReason(models.TextChoices):
    URGENT = "urgent", _("the ticket is P1")
    COMPENSATION = "compensation", _("the compensation is above the limit")
    CHANGED = "changed", _("a plan that ran is changed")


class HelpState(models.TextChoices):
    OPEN = "open", _("asked")
    ACCEPTED = "accepted", _("accepted")
    DONE = "done", _("done")
    RETURNED = "returned", _("turned down")
    WITHDRAWN = "withdrawn", _("withdrawn")


class QuestionTarget(models.TextChoices):
    TIER = "tier", _("next tier")
    EXPERT = "expert", _("expert")
    DEPARTMENT = "department", _("another department")
    RND = "rnd", _("R&D")


class Audience(models.TextChoices):
    PUBLIC = "public", _("customer and staff")
    INTERNAL = "internal", _("staff only")


class Verb(models.TextChoices):
    """What people do to a ticket; `tickets.<verb>` in the matrix."""

    TAKE = "take", _("Take")
    AMEND = "amend", _("Correct facts")
    LINK = "link", _("Link customer and unit")
    REGISTER = "register", _("Complete registration")
    CLASSIFY = "classify", _("Classify")
    SET_PRIORITY = "set_priority", _("Change priority")
    ANSWER = "answer", _("Answer at once")
    ASSIGN = "assign", _("Assign")
    ACCEPT = "accept", _("Accept")
    REFUSE = "refuse", _("Refuse")
    PLAN = "plan", _("Make plan")
    APPROVE_PLAN = "approve_plan", _("Approve plan")
    REJECT_PLAN = "reject_plan", _("Send plan back")
    ACCEPT_PLAN = "accept_plan", _("Customer accepts the plan")
    DECLINE_PLAN = "decline_plan", _("Customer declines the plan")
    NEWS = "news", _("Send progress")
    INSPECT = "inspect", _("Inspection finished")
    GIVE_TASK = "give_task", _("Ask for help")
    ACCEPT_TASK = "accept_task", _("Accept task")
    FINISH_TASK = "finish_task", _("Finish task")
    RETURN_TASK = "return_task", _("Turn task down")
    WITHDRAW_TASK = "withdraw_task", _("Withdraw task")
    ASK = "ask", _("Ask an expert")
    ACCEPT_QUESTION = "accept_question", _("Accept question")
    ADVISE = "advise", _("Answer question")
    RETURN_QUESTION = "return_question", _("Turn question down")
    FIND = "find", _("Record responsibility")
    ACKNOWLEDGE = "acknowledge", _("Acknowledge lateness")
    START = "start", _("Start work")
    HOLD = "hold", _("Put on hold")
    RESUME = "resume", _("End hold")
    RESOLVE = "resolve", _("Resolve")
    CONFIRM = "confirm", _("Confirm")
    REOPEN = "reopen", _("Reopen")
    CANCEL = "cancel", _("Cancel ticket")
    RESTORE = "restore", _("Restore")
    MESSAGE = "message", _("Reply")
    NOTE = "note", _("Internal note")
    ATTACH = "attach", _("Add a file")
    SEND_LINK = "send_link", _("Send a new link")
    REVOKE_LINK = "revoke_link", _("Withdraw links")
