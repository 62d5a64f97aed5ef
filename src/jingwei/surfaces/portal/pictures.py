"""The pictures that whoever follows a report may see: clean copies of what a declaration calls public."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from jingwei.kernel.files.models import Attachment
from jingwei.kernel.matters.filing import attachments_of, rules_of_files
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.serving import copy_answer

_SALT = "jingwei.surfaces.portal.pictures"
_LIVES = 1800  # seconds for which a link of the page works; the page itself is shown for the code


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture, by a link that works for half an hour."""

    title: Text
    token: str


def pictures_of(matter: Matter, matter_type: MatterType) -> Sequence[Picture]:
    """One statement where the type has public files, else none."""
    rules = {key: rule for key, rule in rules_of_files(matter_type).items() if rule.public}
    if not rules:
        return ()
    shown = [one for one in attachments_of(matter) if one.rule in rules and one.copy is not None]
    return [Picture(rules[one.rule].title, signing.dumps(str(one.pk), salt=_SALT)) for one in shown]


@require_safe
def picture(request: HttpRequest, token: str, shape: str) -> HttpResponseBase:
    """The clean copy of a public picture (`copy`), or the small one (`thumb`). Raises Denied as not found."""
    try:
        key = signing.loads(token[:300], salt=_SALT, max_age=_LIVES)
    except signing.BadSignature as error:
        raise not_found() from error
    attachment = Attachment.objects.filter(pk=key).first()
    if attachment is None or shape not in ("copy", "thumb"):
        raise not_found()
    return copy_answer(attachment, "copy" if shape == "copy" else "thumb")
