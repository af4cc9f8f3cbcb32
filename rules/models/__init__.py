from rules.models.notification import Notification
from rules.models.rule import Reaction, Rule, RuleRun
from rules.models.secret import SigningSecret
from rules.models.webhook import Attempt, Channel, Delivery, WebhookEndpoint

__all__ = ["Attempt", "Channel", "Delivery", "Notification", "Reaction", "Rule", "RuleRun", "SigningSecret", "WebhookEndpoint"]
