"""Units, posts, persons and accounts."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models.expressions import Func

from jingwei.kernel.places.models import Area
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.writes import GuardedModel, StreamHead


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

    objects = Accounts()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    @property
    def is_staff(self) -> bool:
        """Django's own admin is not offered to anybody."""
        return False


class Person(StreamHead):
    """Somebody who holds posts."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, null=True)
    name = models.CharField(max_length=120)
    active = models.BooleanField(default=True)


class Unit(StreamHead):
    """A body that handles, or oversees, matters."""

    code = models.CharField(max_length=40, unique=True, db_collation="C")
    kind = models.CharField(max_length=20)  # city | centre | department | team
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)


class Post(StreamHead):
    """A place of work with its grants; matters belong to posts, not to persons."""

    code = models.CharField(max_length=60, unique=True, db_collation="C")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    area = models.ForeignKey(Area, on_delete=models.PROTECT)
    role = models.CharField(max_length=40)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    grants = models.JSONField()  # list of grant names
    active = models.BooleanField(default=True)


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
                expressions=[
                    ("post", "="),
                    ("person", "="),
                    (Func("from_at", "until_at", function="tstzrange", output_field=DateTimeRangeField()), "&&"),
                ],
            )
        ]


class ApiKey(StreamHead):
    """A partner system's way in: only the hash of the key is kept."""

    name = models.CharField(max_length=120)
    digest = models.BinaryField(max_length=32, unique=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT)  # the duty in whose exercise the partner acts
    per_minute = models.PositiveIntegerField()
    active = models.BooleanField(default=True)
