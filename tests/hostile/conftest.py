"""The browsers of the test city, and clones of its database."""

from tests.clones import clone, clones, template
from tests.surfaces.conftest import _language_stays, resident, sign_in

__all__ = ["_language_stays", "clone", "clones", "resident", "sign_in", "template"]
