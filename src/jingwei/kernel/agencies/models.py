"""Units, posts, persons and accounts; leave and duty rosters."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models.expressions import Func

from jingwei.kernel.drafts.head import DraftHead
from jingwei.kernel.places.models import Area
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.writes import GuardedModel, StreamHead

_SPAN = Func("from_at", "until_at", function="tstzrange", output_field=DateTimeRangeField())
"""The time of a row, half open; without an end where `until_at` is null."""


class Accounts(BaseUserManager["Account"]):
    """Finds accounts by their name; accounts are made by the command that makes the person."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(username=username)


class Account(AbstractBaseUser):
    """The login of a person: thin and unguarded, because the login library writes it (last login, password)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    username = models.CharField(max_length=60, unique=True, db_collation="C")
    email = models.EmailField(blank=True, default="")
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    subject = models.CharField(max_length=255, default="", db_collation="C")  # at the identity provider, or its e-mail

    objects = Accounts()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject"], condition=~models.Q(subject=""), name="agencies_one_subject")
        ]

    @property
    def is_staff(self) -> bool:
        """Django's own admin is not offered to anybody."""
        return False


class Factor(models.Model):
    """What somebody proves beside the password: thin and unguarded like the account, because signing in writes it.

    That it was added or ended is a command and stands in the person's entries; the secret lies sealed, and goes with
    its key when the factor ends.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    kind = models.CharField(max_length=10)  # totp | passkey | recovery | pin
    label = models.CharField(max_length=60, default="")
    key = models.UUIDField(null=True)  # in the key database
    sealed = models.BinaryField(null=True)
    handle = models.BinaryField(null=True, unique=True)  # of a passkey, as its device names it
    counter = models.BigIntegerField(default=0)  # the last time step, or the passkey's own count: none is taken twice
    begun_at = models.DateTimeField(null=True)  # null: prepared, and not yet confirmed
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)  # the person: oneself, or whoever reset it

    class Meta:
        indexes = [models.Index(fields=["account"], name="agencies_factor_account")]


class Session(models.Model):
    """A sign-in that lasts: thin and unguarded like the account, because every request may write it.

    Its key is the hash of what the browser holds, so that a copy of the table signs in nobody. A row without an account
    is of a browser where nobody signed in. That one was ended by somebody else than its browser stands in the entries.
    """

    session_key = models.CharField(max_length=64, primary_key=True, db_collation="C")
    session_data = models.TextField()
    expire_date = models.DateTimeField(db_index=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True)
    shown = models.UUIDField(null=True)  # by which its holder names it; kept when the key changes
    kind = models.CharField(max_length=10, default="")  # browser | counter
    device = models.CharField(max_length=60, default="")  # browser and system by their families; a counter's name
    begun_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)  # when it ends if nothing more is asked


class Person(StreamHead):
    """Somebody who holds posts."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, null=True)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, default="")  # for messages of duty only; enters no entry
    active = models.BooleanField(default=True)  # false: has left


class Reset(GuardedModel):
    """That somebody's second factors are to be reset: proposed by one person, decided by another; lapses otherwise."""

    PROPOSED, DONE, REFUSED = "proposed", "done", "refused"

    stream_column = "person_id"

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    state = models.CharField(max_length=8, db_collation="C")
    proposed_by = models.UUIDField()  # the person
    proposed_at = models.DateTimeField()
    until = models.DateTimeField()  # when it lapses
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta(GuardedModel.Meta):
        pass


class Invitation(GuardedModel):
    """That somebody may set a password by a link, once: open until it is used or ended, or its time is over."""

    stream_column = "person_id"

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    digest = models.BinaryField(max_length=32, unique=True)  # of the link's secret
    made_by = models.CharField(max_length=80, db_collation="C")  # as the entry names the actor
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # withdrawn, followed by another, or its person left

    class Meta(GuardedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(used_at=None, ended_at=None),
                name="agencies_one_invitation",
            )
        ]

    @property
    def is_unused(self) -> bool:
        """Neither used nor ended; its time may be over."""
        return self.used_at is None and self.ended_at is None


class Unit(StreamHead):
    """A body that handles, or oversees, matters."""

    code = models.CharField(max_length=40, unique=True, db_collation="C")
    kind = models.CharField(max_length=20)  # city | centre | department | team
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True)


class Post(StreamHead):
    """A place of work with its grants; matters belong to posts, not to persons."""

    code = models.CharField(max_length=60, unique=True, db_collation="C")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    area = models.ForeignKey(Area, on_delete=models.PROTECT)
    role = models.CharField(max_length=40)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    grants = models.JSONField()  # list of grant names
    active = models.BooleanField(default=True)  # false: ended
    ended_at = models.DateTimeField(null=True)


class Terms(GuardedModel):
    """Which area a post served with which grants, from one moment until another; the post's row has those in force."""

    stream_column = "post_id"

    id = models.UUIDField(primary_key=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT)
    grants = models.JSONField()

    class Meta(GuardedModel.Meta):
        pass


class Holding(GuardedModel):
    """That a person holds a post from one moment until another (half open); belongs to the post's stream."""

    stream_column = "post_id"

    id = models.UUIDField(primary_key=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta(GuardedModel.Meta):
        constraints = [
            ExclusionConstraint(
                name="agencies_held_once",
                expressions=[("post", "="), ("person", "="), (_SPAN, "&&")],
            )
        ]


class Leave(GuardedModel):
    """That a person is away and who stands in, a person or whoever holds a post; why is nobody's business here."""

    stream_column = "person_id"

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    stand_in = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="stands_in")
    stand_in_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True)

    class Meta(GuardedModel.Meta):
        constraints = [
            ExclusionConstraint(name="agencies_on_leave_once", expressions=[("person", "="), (_SPAN, "&&")]),
            models.CheckConstraint(
                name="agencies_one_stand_in",
                condition=models.Q(stand_in__isnull=True) ^ models.Q(stand_in_post__isnull=True),
            ),
        ]


class Roster(StreamHead):
    """A duty roster: for which area a unit keeps somebody on duty, and at which hours of every day."""

    code = models.CharField(max_length=40, unique=True, db_collation="C")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    area = models.ForeignKey(Area, on_delete=models.PROTECT)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    covers = models.JSONField()  # [["08:00", "20:00"], …] in the city's zone; "24:00" is the end of the day
    closed_at = models.DateTimeField(null=True)


class Shift(GuardedModel):
    """That a person is on duty in a post from one moment until another (half open)."""

    stream_column = "roster_id"

    id = models.UUIDField(primary_key=True)
    roster = models.ForeignKey(Roster, on_delete=models.PROTECT)
    post = models.ForeignKey(Post, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    cancelled = models.BooleanField(default=False)

    class Meta(GuardedModel.Meta):
        indexes = [models.Index(fields=["roster", "from_at"], name="agencies_shift_time")]
        constraints = [
            ExclusionConstraint(
                name="agencies_one_shift_at_a_time",
                expressions=[("person", "="), (_SPAN, "&&")],
                condition=models.Q(cancelled=False),
                deferrable=models.Deferrable.DEFERRED,  # two shifts of one time may change hands in one act
            )
        ]


class Swap(GuardedModel):
    """That one person asks another to take over a shift, perhaps for one of the other's; an act of both."""

    stream_column = "roster_id"

    id = models.UUIDField(primary_key=True)
    roster = models.ForeignKey(Roster, on_delete=models.PROTECT)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT)
    back = models.ForeignKey(Shift, on_delete=models.PROTECT, null=True, related_name="given_back")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="swaps_asked")
    asked = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="swaps_received")
    state = models.CharField(max_length=10)  # asked | agreed | declined | withdrawn
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta(GuardedModel.Meta):
        pass


class RosterDraft(DraftHead):
    """Shifts that are to come and shifts that are to go: written by some, published by another person. One a roster."""

    grant = "roster.edit"

    roster = models.ForeignKey(Roster, on_delete=models.PROTECT)
    undoes = models.ForeignKey("self", on_delete=models.PROTECT, null=True)  # the published draft that it takes back

    class Meta(DraftHead.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["roster"],
                condition=models.Q(state="open") | models.Q(state="asked"),
                name="agencies_one_draft_a_roster",
            )
        ]


class RosterChange(GuardedModel):
    """One shift of a draft that comes or goes. It stays when it is left out, and when the draft is published."""

    stream_column = "draft_id"

    id = models.UUIDField(primary_key=True)
    draft = models.ForeignKey(RosterDraft, on_delete=models.PROTECT)
    goes = models.ForeignKey(Shift, on_delete=models.PROTECT, null=True, related_name="drafted_away")  # null: it comes
    becomes = models.ForeignKey(Shift, on_delete=models.PROTECT, null=True, related_name="drafted_as")
    post = models.ForeignKey(Post, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    written_by = models.CharField(max_length=80, db_collation="C")
    written_at = models.DateTimeField()
    left_out_at = models.DateTimeField(null=True)

    class Meta(GuardedModel.Meta):
        pass


class ApiKey(StreamHead):
    """A partner system's way in: only the hash of the key is kept."""

    name = models.CharField(max_length=120)
    digest = models.BinaryField(max_length=32, unique=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT)  # the duty in whose exercise the partner acts
    per_minute = models.PositiveIntegerField()
    active = models.BooleanField(default=True)


class Workstation(StreamHead):
    """An enrolled machine: a counter where persons take turns, or a wall that shows figures and nothing else."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10)  # counter | wall
    code = models.BinaryField(max_length=32, null=True)  # hash of the one-time code; null once it was used
    code_until = models.DateTimeField()
    digest = models.BinaryField(max_length=32, null=True, unique=True)  # of what its browser keeps; null: not enrolled
    enrolled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)


class Presence(models.Model):
    """Who signed in at a counter today and may come back by PIN: unguarded, forgotten with the day."""

    workstation = models.ForeignKey(Workstation, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    until = models.DateTimeField()
    tries = models.IntegerField(default=0)  # wrong PINs since the last right one

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workstation", "account"], name="agencies_present_once")]
