"""What a file is where it is not the data itself: a pointer, a web page, an error answer, another program's format.

Each is named with what to do, because a reader that takes it for a broken table would send people the wrong way.
"""

import json
import re
import zipfile
from pathlib import Path

LONGEST_MESSAGE = 200
LFS_POINTER = re.compile(rb"version https://(git-lfs|hawser)\.github\.com/spec/v\d")
WEB_PAGE = re.compile(rb"(?:<!--(?:(?!-->).)*+-->\s*+)*+<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
XML = re.compile(rb"<\?xml\b|<Error>")
PLAIN_ERROR = re.compile(
    rb"(Entry|Repository|Revision|Page|File|Dataset|Model)? ?not found|Invalid (username|credentials|rev)|Unauthorized"
    rb"|Forbidden|Access (to|denied)|Bad Gateway|Service Unavailable|Internal (Server )?Error|Too Many Requests",
    re.IGNORECASE,
)
AGAIN = "fetch the file again, set HF_TOKEN if it needs a login"
MARKS_16, MARKS_32 = (b"\xff\xfe", b"\xfe\xff"), (b"\xff\xfe\0\0", b"\0\0\xfe\xff")
CONVERT = "save it as UTF-8"
UNREAD = "expected Parquet, CSV or JSON"
MAGIC = {
    b"SQLite format 3\0": "an SQLite database",
    b"ARROW1": "an Arrow (Feather) file",
    b"FEA1": "a Feather file",
    b"\x93NUMPY": "a NumPy array",
    b"\x89HDF": "an HDF5 file",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "a workbook or document of old Excel or Word: save the sheet as CSV",
    b"BZh": "compressed with bzip2: unpack it",
    b"\xfd7zXZ": "compressed with xz: unpack it",
    b"\x28\xb5\x2f\xfd": "compressed with zstd: unpack it",
    b"7z\xbc\xaf": "a 7z archive: unpack it",
    b"Rar!": "a RAR archive: unpack it",
    b"RDX": "an R workspace: write.csv writes a table of it",
}


def mistaken(path: Path, head: bytes) -> str:
    """Return what a file is and what to do, as the rest of a sentence about it; "" if it may be data.

    `head` holds its first bytes, decompressed.
    """
    for magic, name in MAGIC.items():
        if head.startswith(magic):
            return f"is {name}; {UNREAD}"
    if head[257:262] == b"ustar":
        return f"is a tar archive: unpack it; {UNREAD}"
    if len(head) > 1 and head[0] == 0x80 and 2 <= head[1] <= 5:
        return f"is a pickled Python object, which is not read, because opening it may run anything in it; {UNREAD}"
    if head.startswith(MARKS_32):
        return f"is UTF-32 text; {CONVERT}"
    if head.startswith(MARKS_16) or _is_utf16(head):
        return f"is UTF-16 text, as Excel's 'Unicode text' and PowerShell write it; {CONVERT}"
    if head.startswith(b"PK"):
        return _zipped(path)
    return _text(head.removeprefix(b"\xef\xbb\xbf").lstrip())


def error_message(text: str) -> str:
    """Return the message in a JSON text that is an error answer and no record; "" for anything else."""
    try:
        sent = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(sent, dict) or any(name in sent for name in ("id", "modelId", "_id")):
        return ""
    message = sent.get("error") or sent.get("message")
    return " ".join(str(message).split())[:LONGEST_MESSAGE] if message else ""


def _text(start: bytes) -> str:
    if LFS_POINTER.match(start):
        return "is a Git LFS pointer, not the file itself: run 'git lfs pull' in its repository, or download the file"
    if start.startswith(b"/annex/objects/"):
        return "is a git-annex pointer, not the file itself: run 'git annex get' in its repository"
    if WEB_PAGE.match(start) or (XML.match(start) and b"<html" in start[:2000].lower()):
        return f"is a web page, such as a login, not the file itself; {AGAIN}, from an address with /resolve/ in it"
    if XML.match(start):
        parts = [re.search(rb"<%b>(.*?)</%b>" % (name, name), start, re.DOTALL) for name in (b"Code", b"Message")]
        message = ": ".join(" ".join(part[1].decode("utf-8", "replace").split()) for part in parts if part)
        if message:
            return f"is an error answer in XML ({message[:LONGEST_MESSAGE]}), not the file itself; {AGAIN}"
        return f"is XML; {UNREAD}"
    if start.startswith(b"{"):
        message = error_message(start.decode("utf-8", "replace"))
        return f"is an error answer ({message}), not the file itself; {AGAIN}" if message else ""
    if len(start) <= LONGEST_MESSAGE and b"\n" not in start.strip() and PLAIN_ERROR.match(start):
        return f"is an error answer ({start.decode('utf-8', 'replace').strip()}), not the file itself; {AGAIN}"
    return ""


def _is_utf16(head: bytes) -> bool:
    """Whether a text without a byte order mark has a NUL beside each of its letters."""
    start = head[:64]
    return len(start) >= 8 and any(not any(start[offset::2]) and all(start[1 - offset :: 2]) for offset in (0, 1))


def _zipped(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return ""  # a broken one is named by who reads it
    if "[Content_Types].xml" in names or "content.xml" in names:
        return f"is a workbook or document of an office program: save the sheet as CSV; {UNREAD}"
    if any(name.endswith("/data.pkl") for name in names):
        return f"is a file of PyTorch; {UNREAD}"
    return ""
