"""Which test takes which of the numbered bad inputs of the design; each test named is there."""

import ast

import pytest

from tests.architecture.tree import ROOT

_FORMS = "hostile/test_forms.py::test_every_input_of_every_form_takes_hostile_text"
_SOCKETS = "hostile/test_sockets.py::test_what_no_client_sends"
_REFUSED = "kernel/files/test_uploads.py::test_what_is_refused_leaves_no_row"
_LAYERS = "kernel/places/test_layers.py"

TAKEN: dict[str, tuple[str, ...]] = {
    "1 no body": ("surfaces/api/test_reports.py::test_a_body_that_cannot_be_read_is_refused", _SOCKETS),
    "3 a member twice": ("surfaces/api/test_reports.py::test_a_body_that_cannot_be_read_is_refused",),
    "5 a wrong length": (_SOCKETS,),
    "7 JSON said to be text": ("surfaces/api/test_reports.py::test_another_content_type_is_refused", _SOCKETS),
    "9 a broken boundary": (_SOCKETS,),
    "11 NUL": (_FORMS, "surfaces/api/test_fuzz.py::test_any_json_object"),
    "13 a hundred thousand marks": (_FORMS,),
    "15 right to left": (_FORMS,),
    "17 full-width digits": (_FORMS,),
    "19 telephones": (_FORMS, "kernel/feeds/test_cutover_words.py::test_telephones_as_people_write_them"),
    "23 rare names": (_FORMS,),
    "25 nested brackets": (_FORMS,),
    "27 wildcards": (_FORMS,),
    "29 on a border": ("kernel/places/test_locator.py::test_on_a_shared_border_or_vertex_the_lowest_code_wins",),
    "31 fields nobody asked for": ("hostile/test_accounts.py::test_31_what_no_form_asks_for_has_no_effect",),
    "33 another body under the key": ("faults/test_sent_twice.py::test_every_form_sent_twice_has_one_effect",),
    "35 a double click": ("surfaces/test_portal.py::test_a_form_sent_twice_is_one_report",),
    "37 too many reports": ("surfaces/test_portal.py::test_reports_of_one_address_are_limited",),
    "41 codes as people type them": ("surfaces/test_portal.py::test_codes_are_read_as_people_type_them",),
    "43 forwarded addresses": (
        "surfaces/test_portal.py::test_a_forwarded_address_is_believed_from_known_proxies_only",
        _SOCKETS,
    ),
    "45 length and chunks": (_SOCKETS,),
    "47 headers of any length": (_SOCKETS,),
    "49 where next leads": ("hostile/test_addresses.py::test_next_leads_nowhere_else",),
    "51 no, one, as many as allowed, one too many bytes": (
        _REFUSED,
        "kernel/files/test_uploads.py::test_a_file_of_exactly_the_limit_is_taken",
        "kernel/files/test_uploads.py::test_a_file_over_the_limit_is_not_read_to_its_end",
    ),
    "53 two kinds in one": ("kernel/files/test_uploads.py::test_what_hangs_behind_a_picture_is_gone", _REFUSED),
    "57 broken and rare pictures": ("kernel/files/test_uploads.py::test_every_mode_becomes_a_plain_jpeg", _REFUSED),
    "59 orientation": ("kernel/files/test_uploads.py::test_every_orientation",),
    "61 SVG": (_REFUSED, "surfaces/test_files_sent.py::test_what_is_not_taken_is_said_at_the_input"),
    "63 archives and documents": (
        _REFUSED,
        "kernel/tables/test_reading.py::test_a_small_file_that_unpacks_to_a_large_one_is_refused",
    ),
    "65 films": (_REFUSED,),
    "67 the same content twice": (
        "kernel/files/test_store.py::test_the_name_is_the_hash_of_what_lies_there_and_the_same_content_twice_is_two",
        "kernel/files/test_uploads.py::test_the_same_content_for_others_is_an_upload_of_each",
    ),
    "69 broken off": ("kernel/files/test_store.py::test_what_breaks_off_leaves_nothing", _SOCKETS),
    "71 a file of another": (
        "kernel/files/test_uploads.py::test_an_upload_is_its_senders_and_expires",
        "surfaces/test_handing_out.py::test_out_of_scope_and_foreign_files_look_absent",
    ),
    "77 rings that cross": (
        f"{_LAYERS}::test_a_tangle_is_refused_before_geometry_is_asked",
        f"{_LAYERS}::test_a_ring_that_can_be_repaired_is_and_the_note_says_so",
    ),
    "79 numbers that are none": (f"{_LAYERS}::test_no_content_raises_and_none_passes_in_silence", _FORMS),
    "81 a CRS with an address": (f"{_LAYERS}::test_a_crs_member_is_noted_and_never_fetched",),
    "87 workbooks": (
        "kernel/tables/test_reading.py::test_a_cell_far_away_is_refused_before_room_is_made_for_all_before_it",
        "kernel/tables/test_reading.py::test_a_workbook_is_read_as_its_program_showed_it",
    ),
    "89 twice, killed, two at once": (
        "kernel/feeds/test_import.py::test_the_same_file_twice_changes_nothing",
        "faults/test_import_killed.py::test_thirty_kills_at_any_instant",
        "kernel/feeds/test_cutover_run.py::test_two_at_once_carry_over_each_row_once",
    ),
    "91 passwords": (
        "hostile/test_accounts.py::test_a_password_that_is_none_is_refused",
        "hostile/test_accounts.py::test_91_a_password_is_taken_exactly_as_typed",
    ),
    "93 names": ("hostile/test_accounts.py::test_93_whether_a_name_exists_is_not_told",),
    "95 sessions": (
        "hostile/test_accounts.py::test_95_a_session_chosen_before_is_not_the_one_signed_in",
        "hostile/test_accounts.py::test_95_a_session_ends_with_signing_out_a_new_password_and_leaving",
    ),
    "97 links": (
        "surfaces/test_login.py::test_the_one_time_link_sets_the_password_once",
        "hostile/test_accounts.py::test_97_a_link_is_of_no_use_late_changed_or_after_another_password",
        "hostile/test_accounts.py::test_97_the_link_stays_out_of_the_page_and_of_what_other_sites_learn",
    ),
    "101 cookies": ("hostile/test_accounts.py::test_101_a_cookie_that_is_none_signs_nobody_in", _SOCKETS),
    "103 ids": ("hostile/test_addresses.py::test_no_id_in_an_address_breaks_a_page",),
    "197 killed anywhere": (
        "faults/test_lifecycles.py::test_five_hundred_lives_and_fifteen_kills_lose_and_double_nothing",
        "faults/test_writers_killed.py::test_writers_killed_two_hundred_times_lose_and_double_nothing",
    ),
}
"""Number and case → the tests that send it."""

NOT_HERE: dict[str, str] = {
    "21, 39": "nothing takes an identity number, and no page shows a report's text to the public",
    "55": "pictures are read one after another by the thread that takes them",
    "73, 75": "no scanner is installed: originals are shown to nobody who has not given a reason",
    "83, 85": "no map tiles are served",
    "99": "signing in is by password; there are no passkeys yet",
}
"""Number → why there is no entry point that could be sent it."""


@pytest.mark.parametrize("named", sorted({test for tests in TAKEN.values() for test in tests}))
def test_each_test_that_is_named_is_there(named: str) -> None:
    path, _, name = named.partition("::")
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
