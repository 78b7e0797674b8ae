"""The keys an instance must find when it starts: the trial's master key, and the development provider's if it is on."""

from __future__ import annotations

import os

from espace_sante.adapters.dev_provider import ensure_provider_keys
from espace_sante.kernel.settings import Settings
from espace_sante.operate.accounts import Process, shared_gid
from espace_sante.operate.folders import ensure_master_key, hand_over, set_owner


def arrange_keys(settings: Settings) -> None:
    """Draw what is missing and give each key to the one process that uses it.

    A development provider that is off leaves nothing behind: the keeper would otherwise go on believing it.
    """
    ensure_master_key(settings)
    providers = settings.home / "keys" / "providers"
    providers.mkdir(exist_ok=True)
    if settings.development_provider:
        private, public = ensure_provider_keys(settings.home)
        hand_over(settings, private, Process.WEB)
        set_owner(public, os.geteuid(), shared_gid(settings), 0o440)
    else:
        (settings.home / "keys" / "dev-provider.key").unlink(missing_ok=True)
        (providers / "dev.jwk").unlink(missing_ok=True)
    set_owner(providers, os.geteuid(), shared_gid(settings), 0o750)
