"""People, departments, and who may do what as data."""

from collections.abc import Sequence

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from foundation.accounts.cached import WatchedQuerySet
from foundation.accounts.choices import Language, Personal, Scope
from foundation.accounts.verbs import words


def default_zone() -> str:
    from django.conf import settings

    return settings.TIME_ZONE


def known_zone(value: str) -> None:
    import zoneinfo

    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("This is not a time zone. Write it as Asia/Shanghai."))


def between(least: int, most: int) -> list:
    return [MinValueValidator(least), MaxValueValidator(most)]


class Bilingual(models.Model):
    """Vocabulary that an administrator edits in both languages."""

    name_zh = models.CharField(_("name in Chinese"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def _name(self) -> str:
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en

    _name.short_description = _("name")
    name = property(_name)


class Organisation(models.Model):
    """The one row of settings that belong to the whole installation."""

    name_zh = models.CharField(_("name in Chinese"), max_length=100, default="售后服务中心")
    name_en = models.CharField(_("name in English"), max_length=100, default="Service Centre")
    hotline = models.CharField(_("hotline"), max_length=40, blank=True)
    colour = models.CharField(
        _("colour"),
        max_length=7,
        default="#1d5fbf",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write a colour as #1d5fbf."))],
    )
    time_zone = models.CharField(
        _("time zone"), max_length=40, default=default_zone, validators=[known_zone]
    )
    default_language = models.CharField(
        _("language of customers unless they choose"),
        max_length=8,
        choices=Language,
        default=Language.ZH,
    )
    link_days = models.PositiveSmallIntegerField(
        _("days a customer's link works"), default=90, validators=between(1, 3650)
    )
    reopen_days = models.PositiveSmallIntegerField(
        _("days in which a confirmed ticket may be reopened and a cancelled one restored"),
        default=7,
        validators=between(0, 365),
    )
    silence_days = models.PositiveSmallIntegerField(
        _("days of silence after which a resolved ticket is confirmed"),
        default=7,
        validators=between(1, 365),
    )
    callback_after_hours = models.PositiveSmallIntegerField(
        _("hours without an answer after which a P1 or P2 customer is put on the call list"),
        default=8,
        validators=between(1, 24 * 30),
    )
    warn_percent = models.PositiveSmallIntegerField(
        _("share of a promise's time, in percent, after which it is shown as urgent"),
        default=75,
        validators=between(1, 100),
    )
    compensation_limit = models.DecimalField(
        _("compensation above which the department head approves the plan"),
        max_digits=12,
        decimal_places=2,
        default=500,
        db_default=500,
        validators=[MinValueValidator(0)],
    )
    privacy_text_zh = models.TextField(_("privacy notice in Chinese"), blank=True)
    privacy_text_en = models.TextField(_("privacy notice in English"), blank=True)

    objects = WatchedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("organisation")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="organisation_is_one_row")
        ]

    def __str__(self) -> str:
        return self.name

    def _name(self) -> str:
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en

    _name.short_description = _("name")
    name = property(_name)

    @property
    def privacy_text(self) -> str:
        chinese = (get_language() or "").startswith("zh")
        return self.privacy_text_zh if chinese else self.privacy_text_en


class Department(Bilingual):
    key = models.SlugField(_("key"), unique=True)
    email = models.EmailField(_("e-mail"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["order", "pk"]
        default_permissions = ()


class Role(Bilingual):
    """A row of the matrix: what it sees, and how much personal data."""

    key = models.SlugField(_("key"), unique=True)
    sees = models.CharField(_("sees"), max_length=20, choices=Scope, default=Scope.NONE)
    personal = models.CharField(
        _("personal data"), max_length=20, choices=Personal, default=Personal.MASKED
    )
    is_staff_role = models.BooleanField(_("works in the admin"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    objects = WatchedQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["order", "pk"]
        default_permissions = ()


class Grant(models.Model):
    """A cell of the matrix: a role may use a verb, on all it sees or on less."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="grants", verbose_name=_("role"))
    verb = models.CharField(_("verb"), max_length=60)
    within = models.CharField(_("within"), max_length=20, choices=Scope, default=Scope.ALL)

    objects = WatchedQuerySet.as_manager()

    class Meta:
        verbose_name = _("permission")
        verbose_name_plural = _("permissions")
        ordering = ["role", "verb"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["role", "verb"], name="grant_once")]

    def __str__(self) -> str:
        return f"{self.role} · {words(self.verb)}"


class People(UserManager.from_queryset(WatchedQuerySet)):
    use_in_migrations = False


class User(AbstractUser):
    """A person who signs in. An actor: verbs take it as `by=`."""

    actor_kind = "staff"

    display_name = models.CharField(_("display name"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    department = models.ForeignKey(
        Department,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("department"),
    )
    roles = models.ManyToManyField(Role, blank=True, related_name="people", verbose_name=_("roles"))
    time_zone = models.CharField(
        _("time zone, if not the organisation's"),
        max_length=40,
        blank=True,
        validators=[known_zone],
    )

    is_program = models.BooleanField(
        _("is a program, not a person"), default=False, db_default=False, editable=False
    )

    objects = People()

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("members of staff")
        default_permissions = ()

    def __str__(self) -> str:
        return self.display_name or self.get_full_name() or self.username

    @cached_property
    def matrix(self) -> dict[str, set[str]]:
        """{verb: scopes}: the union of this person's roles."""
        from foundation.accounts.queries import matrix_of

        return matrix_of([role.pk for role in self.role_list])

    @cached_property
    def role_list(self) -> Sequence[Role]:
        from foundation.accounts.queries import roles_of

        is_read = "roles" in getattr(self, "_prefetched_objects_cache", {})
        return list(self.roles.all()) if is_read else roles_of(self.pk)

    @cached_property
    def scopes(self) -> set[str]:
        """Which tickets this person sees: the union over the roles."""
        if self.is_superuser:
            return {Scope.ALL}
        seen = {role.sees for role in self.role_list}
        # Who may help sees what they are asked about.
        if any(Scope.TASK in within for within in self.matrix.values()):
            seen.add(Scope.TASK)
        return seen

    @cached_property
    def personal(self) -> set[str]:
        if self.is_superuser:
            return {Personal.FULL}
        return {role.personal for role in self.role_list}

    def check_password(self, raw_password: str) -> bool:
        """A program comes with its key alone, whatever password somebody gave it."""
        return not self.is_program and super().check_password(raw_password)

    def may(self, verb: str) -> bool:
        """Whether any role grants the verb somewhere; where, is for the verb's owner to ask."""
        return self.is_active and (self.is_superuser or verb in self.matrix)


class ProgramKeyQuerySet(WatchedQuerySet):
    def visible_to(self, user) -> "ProgramKeyQuerySet":
        """One's own; whoever edits people sees all."""
        return self if user.may("people.edit") else self.filter(user_id=user.pk)

    def living(self, at) -> "ProgramKeyQuerySet":
        ahead = models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=at)
        return self.filter(ahead, revoked_at__isnull=True)


class ProgramKey(models.Model):
    """What a program signs in with: it acts as `user`, within `scopes`. Only a digest is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="keys", verbose_name=_("acts as"))
    name = models.CharField(_("what for"), max_length=60)
    start = models.CharField(_("begins with"), max_length=12)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(_("is allowed to"), default=list)
    created_at = models.DateTimeField(_("made"))
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    # The form it was made with: sent twice it makes one key.
    form = models.CharField(max_length=32, null=True, blank=True, unique=True, editable=False)
    expires_at = models.DateTimeField(_("ends"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = ProgramKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("key for a program")
        verbose_name_plural = _("keys for programs")
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class Revision(models.Model):
    """The one row that says whether configuration is still what it was: see `cached`."""

    word = models.CharField(max_length=16)

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="revision_is_one_row")]

    def __str__(self) -> str:
        return self.word


class ShippedDefault(models.Model):
    """A shipped row that was once created here; it is never created again after a deletion."""

    key = models.CharField(max_length=200, unique=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.key
