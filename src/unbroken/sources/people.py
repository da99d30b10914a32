"""Users, groups, roles and registration details: the large collections, decoded straight into typed records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec
from msgspec import UNSET, UnsetType

from unbroken.entra.directory import DirectoryRole, Group, Registration, User
from unbroken.sources.ids import canonical

Text = str | None
MaybeText = str | None | UnsetType
MaybeFlag = bool | None | UnsetType


class _Form(msgspec.Struct, rename="camel", gc=False):
    """A record as Graph writes it; UNSET is a property that was not selected, None one that is null."""


class _Activity(_Form):
    last_successful_sign_in_date_time: Text = None
    last_sign_in_date_time: Text = None


class _Mailbox(_Form):
    user_purpose: Text = None


class _License(_Form):
    """Only that there is one counts."""


class UserForm(_Form):
    """`/users`."""

    id: str = ""
    user_principal_name: Text = None
    display_name: Text = None
    mail: Text = None
    account_enabled: MaybeFlag = UNSET
    user_type: MaybeText = UNSET
    external_user_state: MaybeText = UNSET
    creation_type: MaybeText = UNSET
    on_premises_sync_enabled: MaybeFlag = UNSET
    assigned_licenses: list[_License] | UnsetType | None = UNSET
    sign_in_activity: _Activity | None = None
    department: Text = None
    job_title: Text = None
    usage_location: Text = None
    created_date_time: Text = None
    mailbox_settings: _Mailbox | None = None


class Reference(_Form):
    """A member, by id alone."""

    id: str


class GroupForm(_Form):
    """`/groups` with `members`."""

    id: str = ""
    display_name: Text = None
    members: list[Reference] | UnsetType | None = UNSET
    more_members: Text = msgspec.field(name="members@odata.nextLink", default=None)
    group_types: list[str] | None = None


class RoleForm(_Form):
    """`/directoryRoles` with `members`."""

    role_template_id: str
    object_id: str = msgspec.field(name="id", default="")
    display_name: Text = None
    members: list[Reference] | UnsetType | None = UNSET
    more_members: Text = msgspec.field(name="members@odata.nextLink", default=None)


class AssignmentForm(_Form):
    """`/roleManagement/directory/roleAssignments`."""

    role_definition_id: str
    principal_id: str
    directory_scope_id: str


class RegistrationForm(_Form):
    """`userRegistrationDetails`."""

    id: str = ""
    user_principal_name: Text = None
    is_mfa_registered: bool | None = None
    is_mfa_capable: bool | None = None
    methods_registered: list[str] | None = None
    is_admin: bool | None = None
    last_updated_date_time: Text = None


def user(form: UserForm) -> User:
    """Return the noun; null has its meaning: never synchronised, no licence, the `""` user type of old accounts."""
    activity = form.sign_in_activity
    return User(
        id=canonical(form.id),
        user_principal_name=form.user_principal_name or "",
        display_name=form.display_name or "",
        mail=form.mail or "",
        account_enabled=form.account_enabled if form.account_enabled is not UNSET else None,
        user_type=(form.user_type or "") if form.user_type is not UNSET else None,
        external=_external(form),
        on_premises_sync_enabled=bool(form.on_premises_sync_enabled) if form.on_premises_sync_enabled is not UNSET else None,
        licensed=bool(form.assigned_licenses) if form.assigned_licenses is not UNSET else None,
        department=form.department or "",
        job_title=form.job_title or "",
        usage_location=form.usage_location or "",
        last_successful_sign_in=(activity.last_successful_sign_in_date_time or activity.last_sign_in_date_time or "") if activity else "",
        created=form.created_date_time or "",
        mailbox_purpose=(form.mailbox_settings.user_purpose or "") if form.mailbox_settings else "",
    )


def _external(form: UserForm) -> bool | None:
    """Return whether the account authenticates elsewhere.

    Invited accounts carry #EXT# in their name, and `creationType: Invitation` or an `externalUserState`. A name can be changed
    afterwards, so for a guest without #EXT# the name alone proves nothing; a plain member is taken at their name.
    """
    name = form.user_principal_name or ""
    if "#EXT#" in name or "#ext#" in name or form.creation_type == "Invitation" or (form.external_user_state or UNSET) is not UNSET:
        return True
    if form.creation_type is not UNSET or form.external_user_state is not UNSET:
        return False
    return False if name and form.user_type == "Member" else None


def group(form: GroupForm) -> Group:
    """Return the noun; a group without its members, or with a page of them missing, has none that can be relied upon."""
    return Group(id=canonical(form.id), display_name=form.display_name or "", members=_members(form))


def _members(form: GroupForm | RoleForm) -> tuple[str, ...] | None:
    if form.members is UNSET or form.members is None or form.more_members:
        return None
    ids = [member.id for member in form.members]
    return tuple(ids) if "".join(ids).islower() else tuple(map(canonical, ids))


def role(form: RoleForm) -> DirectoryRole:
    """Return the noun, known by its template."""
    return DirectoryRole(template_id=canonical(form.role_template_id), display_name=form.display_name or "", members=_members(form))


def roles_from_assignments(forms: Iterable[AssignmentForm]) -> tuple[DirectoryRole, ...]:
    """Return the roles that active, tenant-wide assignments fill; of a built-in role the definition id is the template id."""
    holders: dict[str, dict[str, None]] = defaultdict(dict)
    for form in forms:
        if form.directory_scope_id == "/":
            holders[canonical(form.role_definition_id)][canonical(form.principal_id)] = None
    return tuple(DirectoryRole(template_id=template_id, members=tuple(members)) for template_id, members in holders.items())


def registration(form: RegistrationForm) -> Registration:
    """Return the noun."""
    return Registration(
        user_id=canonical(form.id),
        user_principal_name=form.user_principal_name or "",
        is_mfa_registered=form.is_mfa_registered,
        is_mfa_capable=form.is_mfa_capable,
        methods=frozenset(form.methods_registered) if form.methods_registered is not None else None,
        is_admin=form.is_admin,
        updated=form.last_updated_date_time or "",
    )
