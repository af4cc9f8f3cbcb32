from docflow.accounts.models.event import Event
from docflow.accounts.models.key import ApiKey
from docflow.accounts.models.organization import Membership, Organization, Plan
from docflow.accounts.models.user import User

__all__ = ["ApiKey", "Event", "Membership", "Organization", "Plan", "User"]
