"""The statements that settle staged rows. Times and windows in microseconds; 0 in a hash column is "the log does not say".

`map_NAME` tables lead from the codes in the order of reading (`raw`) to the final codes, which are sorted by content, so that the
archive does not depend on the order of the files. Codes of `MfaEvidence` and of errors are written out with their names beside them.
"""

from __future__ import annotations

from unbroken.entra.cube import MfaEvidence
from unbroken.entra.sign_in import INTERRUPT_ERRORS, MFA_INTERRUPTS
from unbroken.store.mfa import MFA_REFUSED

RETRY_MICROSECONDS = 10 * 60 * 1_000_000
"""An interrupt belongs to the next row of the same attempt when that comes within ten minutes."""
DEVICE_MICROSECONDS = 14 * 24 * 3600 * 1_000_000
"""How long MFA on a registered device is taken to last in the device's token: the shorter of the lifetimes Microsoft has documented."""

_WORDS = {
    "{interrupts}": ",".join(map(str, sorted(INTERRUPT_ERRORS))),
    "{asked}": ",".join(map(str, sorted(MFA_INTERRUPTS))),
    "{lost}": f"(part.error IN ({','.join(map(str, sorted(MFA_REFUSED)))}) AND part.evidence = {MfaEvidence.NONE_CERTAIN.value})",
    "{retry}": str(RETRY_MICROSECONDS),
    "{device_window}": str(DEVICE_MICROSECONDS),
    **{f"{{{evidence.name}}}": str(evidence.value) for evidence in MfaEvidence},
}


def _filled(statement: str) -> str:
    """Put error codes, windows and evidence codes in their places."""
    for word, value in _WORDS.items():
        statement = statement.replace(word, value)
    return statement


REPEATED_TABLE = "CREATE OR REPLACE TEMP TABLE repeated (same BIGINT)"

REPEATED = """
INSERT INTO repeated SELECT same FROM staged WHERE abs(same % $slices) = $number GROUP BY same HAVING count(*) > 1
"""

# The fullest row wins: log rows are completed after they were first written, and forms differ in what they carry. Among equally full
# ones the successful (the final state), then the later, then a fixed order of contents.
DROPPED = """
CREATE OR REPLACE TEMP TABLE dropped AS
WITH rivals AS (
  SELECT s.rowid AS row, row_number() OVER (
    PARTITION BY s.same, s.id
    ORDER BY u.filled + t.filled + c.filled + d.filled + a.filled + l.filled + g.filled + p.filled
        + (s.correlation <> 0)::INTEGER + (s.session <> 0)::INTEGER + (s.origin <> 0)::INTEGER DESC,
      (s.error = 0) DESC, s.created DESC, s.error, u.place, t.code, c.code, d.code, a.code, l.code, g.code, p.code, s.rowid
  ) AS rank
  FROM staged s SEMI JOIN repeated r ON s.same = r.same
  JOIN map_user u ON s."user" = u.raw JOIN map_target t ON s.target = t.raw JOIN map_context c ON s.context = c.raw
  JOIN map_device d ON s.device = d.raw JOIN map_address a ON s.address = a.raw JOIN map_applied l ON s.applied = l.raw
  JOIN map_agent g ON s.agent = g.raw JOIN map_proof p ON s.proof = p.raw
)
SELECT row FROM rivals WHERE rank > 1
"""

ROWS_OF_PEOPLE = """
SELECT min(u.code) AS low, max(u.code) AS high, sum(s.rows)::BIGINT AS rows
FROM (SELECT "user", count(*) AS rows FROM staged GROUP BY "user") s JOIN map_user u ON s."user" = u.raw
GROUP BY u.person ORDER BY u.person
"""

PART = """
CREATE OR REPLACE TEMP TABLE part AS
SELECT s.rowid AS row, u.code AS "user", u.person, t.code AS target, t.asked, c.code AS context, c.client, d.code AS device, d.registered,
  a.code AS address, a.ip, l.code AS applied, g.code AS agent, p.evidence, s.created, s.error, s.correlation, s.session,
  CASE WHEN s.origin <> 0 THEN s.origin WHEN s.id <> '' THEN s.same ELSE 0 END AS origin, s.id
FROM staged s ANTI JOIN dropped x ON s.rowid = x.row
JOIN map_user u ON s."user" = u.raw JOIN map_target t ON s.target = t.raw JOIN map_context c ON s.context = c.raw
JOIN map_device d ON s.device = d.raw JOIN map_address a ON s.address = a.raw JOIN map_applied l ON s.applied = l.raw
JOIN map_agent g ON s.agent = g.raw JOIN map_proof p ON s.proof = p.raw
WHERE u.code BETWEEN $low AND $high
"""

# An attempt: interrupts and the one row that ends them, of one person asking one app for one resource with one client from one
# address. The client makes correlation ids up, so the id alone joins nothing, and a success ends the attempt.
FOLD = tuple(
    _filled(statement)
    for statement in (
        """
CREATE OR REPLACE TEMP TABLE interrupted AS
SELECT DISTINCT person, asked, client, ip, thread FROM part WHERE thread <> 0 AND error IN ({interrupts})
""",
        """
CREATE OR REPLACE TEMP TABLE attempts AS
WITH rows AS (
  SELECT p.* FROM part p SEMI JOIN interrupted USING (person, asked, client, ip, thread)
), linked AS (
  SELECT *, coalesce(lag(error IN ({interrupts})) OVER steps AND created - lag(created) OVER steps <= {retry}, FALSE) AS follows
  FROM rows WINDOW steps AS (PARTITION BY person, asked, client, ip, thread ORDER BY created, error IN ({interrupts}) DESC, id, error, row)
), numbered AS (
  SELECT *, sum((NOT follows)::INTEGER) OVER (
    PARTITION BY person, asked, client, ip, thread ORDER BY created, error IN ({interrupts}) DESC, id, error, row) AS attempt
  FROM linked
)
SELECT row, last_value(row) OVER whole AS final, max(evidence) OVER whole AS best, bool_or(error IN ({asked})) OVER whole AS asked
FROM numbered WINDOW whole AS (
  PARTITION BY person, asked, client, ip, thread, attempt ORDER BY created, error IN ({interrupts}) DESC, id, error, row
  ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
""",
    )
)

DROP_FOLDED = "DELETE FROM part WHERE row IN (SELECT row FROM attempts WHERE row <> final)"

# What the folded rows say belongs to the sign-in: MFA that was asked for and then let through was done. Registration that was asked for
# proves nothing: it can be put off.
TAKE_EVIDENCE = _filled("""
UPDATE part SET evidence = CASE
  WHEN {lost} THEN part.evidence
  WHEN f.best >= {CLAIM} THEN greatest(part.evidence, f.best)
  WHEN f.asked AND part.error = 0 AND part.evidence = {NONE_CERTAIN} THEN {UNKNOWN}
  WHEN f.asked AND part.error = 0 THEN {DONE}
  ELSE part.evidence END
FROM (SELECT DISTINCT final, best, asked FROM attempts WHERE row IN (SELECT final FROM attempts WHERE row <> final)) f
WHERE part.row = f.final
""")

# The last word before a row counts: MFA held, or refused by the service; a device's MFA also ends with the window. Of two words at
# the same moment the refusal counts. Rows at the moment itself are not earlier.
FOLLOW = tuple(
    _filled(statement)
    for statement in (
        """
CREATE OR REPLACE TEMP TABLE words AS
SELECT person, session, registered, created, NOT ({lost}) AS held FROM part WHERE evidence >= {CLAIM} OR {lost}
""",
        """
CREATE OR REPLACE TEMP TABLE in_session AS
WITH said AS (SELECT person, session, created, bool_and(held) AS held FROM words WHERE session <> 0 GROUP BY ALL)
SELECT p.row FROM (SELECT row, person, session, created FROM part WHERE session <> 0 AND evidence < {CLAIM}) p
ASOF JOIN said ON p.person = said.person AND p.session = said.session AND p.created > said.created WHERE said.held
""",
        """
CREATE OR REPLACE TEMP TABLE on_device AS
WITH said AS (SELECT person, registered, created, bool_and(held) AS held FROM words WHERE registered <> 0 GROUP BY ALL)
SELECT p.row FROM (SELECT row, person, registered, created FROM part WHERE registered <> 0 AND evidence < {CLAIM}) p
ASOF JOIN said ON p.person = said.person AND p.registered = said.registered AND p.created > said.created
WHERE said.held AND p.created - said.created <= {device_window}
""",
        """
CREATE OR REPLACE TEMP TABLE followed AS
SELECT "user", target, context, device, address, applied, agent, created, error, id, CASE
  WHEN evidence >= {CLAIM} OR {lost} THEN evidence
  WHEN s.row IS NOT NULL THEN {SEEN_EARLIER}
  WHEN evidence = {NONE_CERTAIN} THEN evidence
  WHEN d.row IS NOT NULL THEN {SEEN_EARLIER}
  WHEN session <> 0 OR registered <> 0 THEN {NONE_SEEN}
  ELSE {UNKNOWN} END::TINYINT AS mfa
FROM part LEFT JOIN in_session s ON part.row = s.row LEFT JOIN on_device d ON part.row = d.row
""",
    )
)

CUBE = """
CREATE OR REPLACE TEMP TABLE cube AS
SELECT (row_number() OVER (ORDER BY "user", target, context, device, address, mfa) - 1 + $tuples)::INTEGER AS tuple, *
FROM (
  SELECT "user", target, context, device, address, mfa, count(*) AS count, min(created) AS first, max(created) AS last
  FROM followed GROUP BY ALL
)
"""

CUBE_PIECE = "SELECT * FROM cube ORDER BY tuple"

PLACED = """
CREATE OR REPLACE TEMP TABLE placed AS
SELECT row_number() OVER (ORDER BY c.tuple, created, error, applied, agent, id) - 1 + $position AS position, c.tuple, f.*
FROM followed f JOIN cube c USING ("user", target, context, device, address, mfa)
"""

WRITE_SIGN_INS = """
COPY (SELECT $tenant AS tenant, * FROM placed ORDER BY position) TO $file (FORMAT parquet, COMPRESSION zstd)
"""

WRITE_CUBE = """
COPY (SELECT $tenant AS tenant, * FROM cube ORDER BY tuple) TO $file (FORMAT parquet)
"""

WRITE_LOGGED = """
COPY (
  SELECT $tenant AS tenant, tuple, applied, error AS error_code, count(*) AS count, min(position) AS example
  FROM placed GROUP BY tuple, applied, error ORDER BY tuple, applied, error
) TO $file (FORMAT parquet)
"""
