"""The browsers of the test city."""

from tests.surfaces.conftest import _language_stays, resident, sign_in

__all__ = ["_language_stays", "resident", "sign_in"]
