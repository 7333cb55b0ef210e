"""States and territories, their names, and the first three ZIP digits that belong to each."""

from __future__ import annotations

_NAMES = """AL Alabama;AK Alaska;AZ Arizona;AR Arkansas;CA California;CO Colorado;CT Connecticut;DE Delaware
DC District of Columbia;FL Florida;GA Georgia;HI Hawaii;ID Idaho;IL Illinois;IN Indiana;IA Iowa;KS Kansas;KY Kentucky
LA Louisiana;ME Maine;MD Maryland;MA Massachusetts;MI Michigan;MN Minnesota;MS Mississippi;MO Missouri;MT Montana
NE Nebraska;NV Nevada;NH New Hampshire;NJ New Jersey;NM New Mexico;NY New York;NC North Carolina;ND North Dakota
OH Ohio;OK Oklahoma;OR Oregon;PA Pennsylvania;RI Rhode Island;SC South Carolina;SD South Dakota;TN Tennessee;TX Texas
UT Utah;VT Vermont;VA Virginia;WA Washington;WV West Virginia;WI Wisconsin;WY Wyoming;PR Puerto Rico
VI Virgin Islands;GU Guam;AS American Samoa;MP Northern Mariana Islands"""

STATE_NAMES: dict[str, str] = {
    entry[3:].casefold(): entry[:2] for line in _NAMES.splitlines() for entry in line.split(";")
}
STATE_CODES: frozenset[str] = frozenset(STATE_NAMES.values())

PROVINCES: dict[str, str] = {
    "AB": "alberta", "BC": "british columbia", "MB": "manitoba", "NB": "new brunswick", "NL": "newfoundland",
    "NS": "nova scotia", "ON": "ontario", "PE": "prince edward island", "QC": "quebec", "SK": "saskatchewan",
}  # fmt: skip

# Published three-digit prefixes; used for notes only, ranges are revised now and then.
_PREFIXES = """AL 350-369;AK 995-999;AZ 850-865;AR 716-729;CA 900-961;CO 800-816;CT 060-069;DE 197-199;DC 200-205
FL 320-349;GA 300-319 398-399;HI 967-968;ID 832-838;IL 600-629;IN 460-479;IA 500-528;KS 660-679;KY 400-427;LA 700-714
ME 039-049;MD 206-219;MA 010-027 055-055;MI 480-499;MN 550-567;MS 386-397;MO 630-658;MT 590-599;NE 680-693;NV 889-898
NH 030-038;NJ 070-089;NM 870-884;NY 005-005 063-063 100-149;NC 270-289;ND 580-588;OH 430-459;OK 730-749;OR 970-979
PA 150-196;RI 028-029;SC 290-299;SD 570-577;TN 370-385;TX 733-733 750-799 885-885;UT 840-847;VT 050-059
VA 201-201 220-246;WA 980-994;WV 247-268;WI 530-549;WY 820-831;PR 006-009"""

_RANGES: dict[str, tuple[tuple[int, int], ...]] = {
    entry.split()[0]: tuple((int(part[:3]), int(part[4:])) for part in entry.split()[1:])
    for line in _PREFIXES.splitlines()
    for entry in line.split(";")
}


def zip_fits(zip_code: str, state: str) -> bool:
    """Return whether the first three digits belong to the state; True where nothing is known."""
    ranges = _RANGES.get(state)
    return ranges is None or any(low <= int(zip_code[:3]) <= high for low, high in ranges)
