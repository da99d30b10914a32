"""Sign-in logs in every form administrators have them, as batches of columns.

The form is told by the content, never by the name. Memory does not depend on the size of a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from pathlib import Path

from unbroken.entra.sign_in import ReadCount, SignInBatch
from unbroken.sources.csv_sign_ins import CsvFile
from unbroken.sources.json_sign_ins import JsonFile
from unbroken.sources.log_streams import STREAM_ERRORS, LogFile, log_files, natural
from unbroken.sources.sign_in_intake import Intake

_MISSING = "the last page has an @odata.nextLink that was never followed: pages are missing, read it to the end and add them"


def read_sign_ins(paths: Sequence[Path], count: ReadCount, *, tenant_id: str = "") -> Iterator[SignInBatch]:
    """Yield the sign-ins under `paths` in batches of some hundred rows and count every record in `count`.

    `count` is complete when the iterator is exhausted; then `read` equals the rows yielded plus the sum of `skipped`. With
    `tenant_id` rows of other tenants' resources are skipped. Raises BadInput, before anything is read, for a path that does not
    exist; whatever is wrong with a file or record is a line in `count.problems`.
    """
    files = log_files(paths)
    return _batches(files, Intake(count, tenant_id.lower()))


def _batches(files: list[LogFile], intake: Intake) -> Iterator[SignInBatch]:
    pages: dict[str, list[tuple[str, str]]] = {}
    for file in files:
        for _ in _read(file, intake, pages):
            yield from intake.full_batches()
    for name in _unfollowed(pages):
        intake.file_problem(name, _MISSING)
    yield from intake.last_batch()


def _read(file: LogFile, intake: Intake, pages: dict[str, list[tuple[str, str]]]) -> Iterator[None]:
    before = intake.count.read
    form = "not usable"
    try:
        blocks = file.blocks()
        first = next(blocks, b"")
        reader = _reader(first, file, intake)
        if reader is not None:
            yield from reader.read(chain((first,), blocks))
            form = reader.form or form
            if isinstance(reader, JsonFile):
                pages.setdefault(file.folder, []).extend((file.name, link) for link in reader.pages)
    except STREAM_ERRORS as failure:
        intake.file_problem(file.name, f"cannot be read to its end ({failure}); download it again, what came before was read")
    intake.count.files.append((file.name, form, intake.count.read - before))


def _reader(first: bytes, file: LogFile, intake: Intake) -> JsonFile | CsvFile | None:
    head = first.lstrip(b" \t\r\n\0\x1e")[:512]
    if not head:
        intake.file_problem(file.name, "the file is empty; export it again")
    elif head[:1] in b"[{":
        return JsonFile(file.name, intake)
    elif head[:1] == b"<":
        intake.file_problem(file.name, "this is a web page (perhaps a sign-in page), not a log; download it again while signed in")
    elif head.startswith(b"PK\x03\x04"):
        intake.file_problem(file.name, "this is a damaged zip archive, or one inside another; unpack it, or download it again")
    elif b"\0" in head:
        intake.file_problem(file.name, "this is neither JSON nor CSV; give sign-in logs as JSON or CSV")
    else:
        return CsvFile(file.name, intake, again=file.blocks)
    return None


def _unfollowed(pages: dict[str, list[tuple[str, str]]]) -> Iterator[str]:
    """Yield the files whose last page's nextLink no later page in the same folder can be the answer to.

    The pages of one query have the same nextLink but for its skip token; a page of another query after it ends the chain.
    """
    for links in pages.values():
        ordered = sorted(links, key=lambda entry: natural(entry[0]))
        for (name, link), (_, following) in pairwise([*ordered, ("", "?")]):
            if link and following and _query(link) != _query(following):
                yield name


def _query(link: str) -> str:
    path, _, query = link.replace("\\u0026", "&").partition("?")
    kept = [part for part in query.split("&") if not part.lower().startswith(("$skiptoken", "%24skiptoken"))]
    return "?".join((path, "&".join(kept)))
