"""Text in a cell of a table that a spreadsheet program will open."""

_BEGINS_A_FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")  # OWASP ASVS 1.2.10, and the full-width forms that programs fold


def csv_cell(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula: an apostrophe goes before what would begin one."""
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text
