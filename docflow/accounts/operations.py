"""Every write to accounts: organizations, members, keys."""

from __future__ import annotations

import hashlib
import secrets
import zlib
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from docflow import jobs
from docflow.accounts import audit, scopes
from docflow.accounts.actors import Actor
from docflow.accounts.models import ApiKey, Membership, Organization, Plan, User
from docflow.accounts.models.key import KeyKind
from docflow.accounts.models.organization import Role
from docflow.errors import InputError, KeyExpiredError, KeyInvalidError, NameTakenError, StateConflictError, invalid, missing

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def create_organization(name: str, actor: Actor, *, plan: str = "standard") -> Organization:
    """A new organization with its built-in contact, folder and project. Raises NameTakenError, InputError."""
    name = name.strip()
    if not name:
        raise InputError(missing("name"))
    chosen = Plan.objects.filter(key=plan).first()
    if chosen is None:
        raise InputError(
            invalid("plan", f"There is no plan {plan!r}. Use one of {', '.join(Plan.objects.values_list('key', flat=True))}.")
        )
    with transaction.atomic():
        if Organization.objects.filter(name=name).exists():
            raise NameTakenError(f'There is already an organization "{name}".')
        organization = Organization.objects.create(name=name, plan=chosen)
        audit.record(organization, actor, "setting.organization_created", name)
        jobs.call("ON_ORGANIZATION_CREATED", organization)
    return organization


def create_user(email: str, password: str, *, name: str = "", operator: bool = False) -> User:
    """A person who may sign in. Raises InputError for a bad address or a weak password, NameTakenError if known."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise InputError(invalid("email", f"{email!r} is no e-mail address.")) from None
    if User.objects.filter(email=email).exists():
        raise NameTakenError(f"There is already a user {email}.")
    check_password(password, User(email=email, name=name))
    return User.objects.create_user(email, password, name=name, is_operator=operator)


def check_password(password: str, user: User) -> None:
    """Raises InputError with every reason at once."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InputError(*(invalid("password", message) for message in error.messages)) from None


def set_membership(user: User, organization: Organization, role: str, actor: Actor) -> Membership:
    """Makes the person a member, or changes the role. Raises InputError, and StateConflictError for the last admin."""
    if role not in Role.values:
        raise InputError(invalid("role", f"{role!r} is no role. Use one of {', '.join(Role.values)}."))
    with transaction.atomic():
        if role != Role.ADMIN:
            _keep_one_admin(organization, without=user)
        membership, made = Membership.objects.update_or_create(user=user, organization=organization, defaults={"role": role})
        audit.record(organization, actor, "user.added" if made else "user.role_changed", f"{user.email}: {role}")
    return membership


def remove_member(user: User, organization: Organization, actor: Actor) -> None:
    """Raises StateConflictError for the last admin."""
    with transaction.atomic():
        _keep_one_admin(organization, without=user)
        Membership.objects.filter(user=user, organization=organization).delete()
        audit.record(organization, actor, "user.removed", user.email)


def _keep_one_admin(organization: Organization, without: User) -> None:
    admins = set(organization.memberships.filter(role=Role.ADMIN).values_list("user_id", flat=True))
    if admins == {without.pk}:
        raise StateConflictError("The last admin of an organization can be neither removed nor lowered.")


def new_key_text(kind: str) -> str:
    """A key: `org_` or `acc_`, 256 random bits in base62, six characters CRC-32 by which a scanner can tell a real one."""
    number, digits = secrets.randbits(256), ""
    for _ in range(43):
        number, rest = divmod(number, 62)
        digits += _BASE62[rest]
    body = f"{kind}_{digits}"
    check, tail = zlib.crc32(body.encode()), ""
    for _ in range(6):
        check, rest = divmod(check, 62)
        tail += _BASE62[rest]
    return body + tail


def digest_of(key: str) -> str:
    """SHA-256 in hex. A key is random, so it needs no stretching."""
    return hashlib.sha256(key.encode()).hexdigest()


def create_key(
    name: str,
    granted: list[str],
    actor: Actor,
    *,
    organization: Organization | None = None,
    account: User | None = None,
    days: int = 0,
) -> tuple[ApiKey, str]:
    """A key of an organization or an account -> (row, the key itself, never to be had again). `days` 0 = never ends.

    Raises InputError: unknown scope, scope beyond the creator's own, negative days.
    """
    faults = [invalid("scopes", f"{scope!r} is no scope.") for scope in scopes.unknown(granted)]
    if not granted:
        faults.append(missing("scopes"))
    if not name.strip():
        faults.append(missing("name"))
    if days < 0:
        faults.append(invalid("days", "days must be 0 or more."))
    if actor.key is not None:
        faults += [invalid("scopes", f"Your own key lacks {scope}.") for scope in granted if not actor.key.allows(scope)]
    if faults:
        raise InputError(*faults)
    kind = KeyKind.ORGANIZATION if organization else KeyKind.ACCOUNT
    text = new_key_text(kind)
    with transaction.atomic():
        key = ApiKey.objects.create(
            kind=kind,
            organization=organization,
            account=account,
            name=name.strip(),
            digest=digest_of(text),
            prefix=text[:8],
            last_four=text[-4:],
            scopes=sorted(set(granted)),
            expires_at=timezone.now() + timedelta(days=days) if days else None,
            created_by=actor.name,
        )
        audit.record(organization, actor, "key.created", f"{key.name} ({key.prefix}…{key.last_four})")
    return key, text


def revoke_key(key: ApiKey, actor: Actor) -> None:
    """Refused by every process from its next request on. Doing it twice changes nothing."""
    with transaction.atomic():
        if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
            audit.record(key.organization, actor, "key.revoked", f"{key.name} ({key.prefix}…{key.last_four})")


def key_from_text(text: str, address: str | None) -> ApiKey:
    """The row of a key as sent by a client. Raises KeyInvalidError, KeyExpiredError. Notes the use, once a minute."""
    key = ApiKey.objects.select_related("organization__plan", "account").filter(digest=digest_of(text)).first()
    if key is None or key.state == "revoked":
        raise KeyInvalidError
    if key.state == "expired":
        raise KeyExpiredError
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at > timedelta(minutes=1):
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now, last_used_from=address)
    return key
