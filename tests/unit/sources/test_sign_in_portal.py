from __future__ import annotations

from pathlib import Path

import pytest

from sign_in_logs import APP, PORTAL, RESOURCE, USER, portal_csv, portal_row, read, read_text, row_of
from unbroken.sources.log_time import microseconds

AT = "2026-11-23T14:15:03Z"
SPANISH = (
    "Fecha (UTC),Id. de solicitud,Id. de usuario,Usuario,Nombre de usuario,Aplicación,Id. de aplicación,Recurso,Id. de recurso,"
    "Dirección IP,Ubicación,Estado,Código de error de inicio de sesión,Motivo del error,Aplicación cliente,Id. de dispositivo,Explorador,"
    "Sistema operativo,Conforme,Administrada,Requisito de autenticación,Acceso condicional"
)
FRENCH = (
    "Date (UTC),ID de requête,Identifiant utilisateur,Utilisateur,Nom d\u2019utilisateur,Application,ID d'application,Adresse IP,"
    "Emplacement,Statut,Code d'erreur de connexion,Application cliente,ID de l'appareil,Conforme,Géré,Exigence d\u2019authentification,"
    "Accès conditionnel"
)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_english_download_arrives_in_its_columns(delimiter: str, encoding: str, tmp_path: Path) -> None:
    columns, count = read_text(tmp_path, portal_csv([portal_row()], delimiter), encoding=encoding)
    row = row_of(columns)
    assert row["created"] == microseconds(AT)
    assert (row["user_id"], row["app_id"], row["resource_id"], row["country"]) == (USER, APP, RESOURCE, "GB")
    assert (row["error_code"], row["client_app_used"], row["user_type"]) == (0, "Browser", "member")
    assert (row["conditional_access_status"], row["authentication_requirement"]) == ("notApplied", "multiFactorAuthentication")
    assert (row["incoming_token_type"], row["cross_tenant_access_type"]) == ("primaryRefreshToken", "none")
    assert row["methods"] == (("Text message", "MFA completed in Azure AD"),)
    assert (row["device_known"], row["is_compliant"], row["is_managed"]) == (True, False, True)
    assert (row["applied_policies"], row["is_interactive"]) == (None, None)
    assert not count.problems
    assert count.files[0][1:] == ("portal CSV (English)", 1)


def test_a_failure_without_a_code_is_not_taken_for_success(tmp_path: Path) -> None:
    rows = [portal_row(Status="Failure"), portal_row(Status="Interrupted", **{"Sign-in error code": "50074"}), portal_row(Status="")]
    columns, _ = read_text(tmp_path, portal_csv(rows))
    assert columns["error_code"] == [None, 50074, None]


def test_rows_of_managed_identities_and_service_principals_are_skipped(tmp_path: Path) -> None:
    header = "Date (UTC),Request ID,Service principal ID,Service principal name,Application,Status,Managed Identity type"
    text = f"{header}\n{AT},r1,s1,Robot,App,Success,\n{AT},r2,s1,Robot,App,Success,System assigned\n"
    _, count = read_text(tmp_path, text)
    assert count.skipped == {"service principal": 1, "managed identity": 1}


def test_columns_an_answer_needs_are_missed_aloud(tmp_path: Path) -> None:
    columns, count = read_text(tmp_path, f"Date (UTC),Username,Application,Status\n{AT},ada@contoso.example,App,Success\n")
    assert (columns["device_known"], columns["error_code"]) == ([False], [0])
    assert "no column for user_id, app_id, resource_id" in count.problems[0]


def test_a_spanish_download_is_read(tmp_path: Path) -> None:
    values = f"23/11/2026 14:15:03;r1;{USER};Ada;ada@contoso.example;Portal;{APP};Azure;{RESOURCE};192.0.2.7;Leeds, Leeds, GB;Correcto;;;"
    line = values + "Aplicaciones móviles y clientes de escritorio;;Edge;Windows;Sí;No;Autenticación de un solo factor;Correcto"
    columns, count = read_text(tmp_path, SPANISH.replace(",", ";") + "\n" + line + "\n", encoding="utf-8-sig")
    row = row_of(columns)
    assert row["created"] == microseconds(AT)
    assert (row["client_app_used"], row["error_code"]) == ("Mobile Apps and Desktop clients", 0)
    assert (row["authentication_requirement"], row["conditional_access_status"]) == ("singleFactorAuthentication", "success")
    assert (row["is_compliant"], row["country"]) == (True, "GB")
    assert not count.problems


def test_a_french_download_is_read_and_a_strange_client_is_unknown_not_legacy(tmp_path: Path) -> None:
    line = f'2026-11-23T14:15:03Z,r1,{USER},Ada,ada@contoso.example,Portail,{APP},192.0.2.7,"Paris, Paris, FR",Opération réussie,,'
    known = line + "Navigateur,,Non,Oui,Authentification multifacteur,Non appliqué"
    strange = line + "Un client inouï,,Non,Oui,Autre chose,Opération réussie"
    columns, count = read_text(tmp_path, f"{FRENCH}\n{known}\n{strange}")
    assert columns["client_app_used"] == ["Browser", ""]
    assert columns["authentication_requirement"] == ["multiFactorAuthentication", ""]
    assert (columns["error_code"], columns["country"]) == ([0, 0], ["FR", "FR"])
    assert "resource_id" in count.problems[0]
    assert "Autre chose, Un client inouï" in count.problems[1]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["11/23/2026, 2:15:03 PM"], AT),
        (["11/23/2026, 2:15:03\u202fPM"], AT),
        (["23/11/2026 14:15:03"], AT),
        (["23/11/2026, 2:15:03 p. m."], AT),
        (["23.11.2026 14:15:03"], AT),
        (["05/11/2026 14:15", "23/11/2026 14:15"], "2026-11-05T14:15:00Z"),
        (["11/05/2026 14:15", "11/23/2026 14:15"], "2026-11-05T14:15:00Z"),
        (["05.11.2026 14:15"], "2026-11-05T14:15:00Z"),
        (["11/11/2026 14:15", "10/10/2026 14:15"], "2026-11-11T14:15:00Z"),
        (["11/23/2026, 12:15:03 AM"], "2026-11-23T00:15:03Z"),
    ],
)
def test_the_order_of_day_and_month_is_decided_by_the_whole_file(dates: list[str], expected: str, tmp_path: Path) -> None:
    columns, count = read_text(tmp_path, portal_csv([portal_row(**{"Date (UTC)": date}) for date in dates]))
    assert columns["created"][0] == microseconds(expected)
    assert not count.problems


@pytest.mark.parametrize(
    ("dates", "says"),
    [(["05/11/2026 14:15", "06/11/2026 14:15"], "either way"), (["23/11/2026 14:15", "11/23/2026 14:15"], "some of its dates")],
)
def test_dates_that_can_be_read_both_ways_are_refused_not_guessed(dates: list[str], says: str, tmp_path: Path) -> None:
    columns, count = read_text(tmp_path, portal_csv([portal_row(**{"Date (UTC)": date}) for date in dates]))
    assert not columns["id"]
    assert len(count.problems) == 1
    assert says in count.problems[0]


def test_a_quoted_field_may_hold_delimiters_quotes_and_line_breaks(tmp_path: Path) -> None:
    text = portal_csv([portal_row(), portal_row()]).replace("\r\n2026", '\r\n"2026', 1).replace("03Z,r1", '03Z","r ""1"",\n2"', 1)
    columns, count = read_text(tmp_path, text)
    assert columns["id"] == ['r "1",\n2', "r1"]
    assert not count.problems


def test_the_same_download_in_a_folder_is_read_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_text("sep=,\n" + portal_csv([portal_row()]), encoding="utf-8")
    columns, _ = read(tmp_path)
    assert len(columns["id"]) == 1
    assert PORTAL.count(",") > 30
