"""Webhooks: signing them as Standard Webhooks say; verifying those and what GitHub, Stripe and
Slack send.

See ``docs/webhooks.md``.
"""

from ironlatch._native.signing import Webhook as Webhook
from ironlatch._native.signing import WebhookSecret as WebhookSecret
from ironlatch._native.signing import WebhookSigner as WebhookSigner
from ironlatch._native.signing import WebhookVerifier as WebhookVerifier

__all__ = ["Webhook", "WebhookSecret", "WebhookSigner", "WebhookVerifier"]
