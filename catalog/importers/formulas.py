"""Texts that a spreadsheet would run: a title that begins with "=", "+", "-" or "@".

In a CSV file nothing tells text from formula, so that such a cell is written with an apostrophe
before it, which is how spreadsheets mark text, and read back without it. One that begins with
apostrophes and such a sign gets one more, so that nothing is lost either way. A workbook says
itself what is text.
"""

import re

# The signs of the OWASP list, with the wide ones that some spreadsheets take for them.
SIGN = "[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
DANGEROUS = re.compile(f"'*{SIGN}")
DISARMED = re.compile(f"'+{SIGN}")


def disarmed(text):
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if DANGEROUS.match(text) else text


def rearmed(text):
    """Return the cell as it was: `rearmed(disarmed(text)) == text`."""
    return text[1:] if DISARMED.match(text) else text
