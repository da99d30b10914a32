"""The policies of one or many files, and `--with FILE`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.snapshot import Snapshot
from unbroken.errors import BadInput
from unbroken.sources.documents import Document
from unbroken.sources.grant import inline_strength
from unbroken.sources.inline_strengths import Defined, contradictions, with_inline
from unbroken.sources.layout import Layout, lay_out
from unbroken.sources.policy import policy_from_wire
from unbroken.sources.records import raw_page
from unbroken.sources.resolve import resolved_proposal


@dataclass(slots=True)
class Policies:
    """The policies that were read, the strengths defined inside them, and what was not understood."""

    policies: list[ConditionalAccessPolicy] = field(default_factory=list)
    strengths: list[Defined] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What is odd but read whole: two policies with one id."""


def policies_of(found: Iterable[Document]) -> Policies:
    """Return the policies of all files; raise `BadInput` when a file is no JSON, name a record that is no policy."""
    read = Policies()
    for document in found:
        page = raw_page(document)
        read.gaps += [page.gap] if page.gap else []
        for number, record in enumerate(page.records, 1):
            where = f"{document.where}, record {number}" if len(page.records) > 1 else document.where
            try:
                policy = policy_from_wire(record, where=where, fallback_name=_fallback_name(document, number, len(page.records)))
                strength = inline_strength(record)
            except BadInput as error:
                read.problems.append(str(error))
                read.gaps.append(f"{where} could not be read")
                continue
            _add(read, policy, where)
            read.strengths += [(policy.display_name, strength)] if strength else []
    return read


def read_policies(path: Path) -> tuple[ConditionalAccessPolicy, ...]:
    """Return the policies at `path`: one, an array, a page, or a folder or zip of such files.

    Raises `BadInput` when there is none, when a record is no policy, and when pages are missing: a proposal is read whole or not at all.
    """
    return tuple(_whole(path)[0].policies)


def _whole(path: Path) -> tuple[Policies, Layout]:
    """Return the policies at `path` and what the files there were taken for."""
    layout = lay_out(path)
    for problem in layout.broken:
        raise _refused(path, problem, remedy="a proposal is read whole or not at all")
    documents = layout.of("conditionalAccessPolicies")
    if not documents:
        raise BadInput(str(path), "holds no Conditional Access policy", remedy="give a JSON file with one, an array or a page of them")
    read = policies_of(documents)
    for problem in (*read.problems, *read.gaps):
        raise _refused(path, problem, remedy="export the policies again, completely")
    return read, layout


def _refused(path: Path, problem: str, *, remedy: str) -> BadInput:
    """Return the error that a problem makes of a proposal; the file, with whose name most problems begin, is named once."""
    own = problem.removeprefix(path.name)
    place, _, what = own.partition(": ")
    inside = own != problem and bool(what) and place[:1] in {"", ",", "/", ":"}
    return BadInput(f"{path}{place}", what, remedy=remedy) if inside else BadInput(str(path), own.strip(), remedy=remedy)


def read_proposal(paths: Iterable[Path], snapshot: Snapshot) -> tuple[tuple[ConditionalAccessPolicy, ...], Snapshot]:
    """Return the policies at `paths` as they would be in the tenant of `snapshot`, and that snapshot with what they bring along.

    Names in them become the tenant's ids; strengths they define are added; names that stand for nothing are in `unresolved`; what is
    odd about the files, and strengths they define in another way than the tenant, is in `problems`, and every file in `files`.
    Raises `BadInput` as `read_policies` does.
    """
    whole = [(path, *_whole(path)) for path in paths]
    read = [policies for _, policies, _ in whole]
    defined = [each for proposal in read for each in proposal.strengths]
    strengths = replace(snapshot.strengths, records=with_inline(snapshot.strengths.records, defined))
    policies = [policy for proposal in read for policy in proposal.policies]
    notes = (note for proposal in read for note in proposal.notes)
    problems = (*snapshot.problems, *notes, *contradictions(strengths.records, defined))
    files = (*snapshot.files, *(each for path, _, layout in whole for each in _taken_for(path, layout)))
    return resolved_proposal(policies, replace(snapshot, strengths=strengths, problems=problems, files=files))


def _taken_for(path: Path, layout: Layout) -> Iterator[tuple[str, str]]:
    """Yield what each file of a proposal was taken for: it is read for its policies, whatever else lies there."""
    for name, what in sorted(layout.files):
        used = what == "conditionalAccessPolicies" or what.startswith("not used")
        yield (
            str(path / name if path.is_dir() else path),
            what if used else f"not used: {what}, and a proposal is read for its policies only",
        )


def _fallback_name(document: Document, number: int, count: int) -> str:
    name = document.name.rpartition("/")[2].partition(".json")[0]
    return f"{name} {number}" if count > 1 else name


def _add(read: Policies, policy: ConditionalAccessPolicy, where: str) -> None:
    """Add a policy; the same one twice counts once, another one under the same id gets an id of its own and is reported."""
    taken = {each.id: each for each in read.policies}
    if taken.get(policy.id) == policy:
        return
    copy, number = policy, 2
    while copy.id in taken:
        copy = replace(policy, id=f"{policy.id}~{number}")
        if taken.get(copy.id) == copy:
            return
        number += 1
    if copy is not policy:
        read.notes.append(f"{where}: another policy has the id {policy.id} too; both are used, this one as {copy.id}")
    read.policies.append(copy)
