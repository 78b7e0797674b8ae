"""How much the properties search: HYPOTHESIS_PROFILE is `check` (same examples each time), `test`, or `campaign`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A shared or slow machine must not turn a property into a failure: no deadline, slowness is not an error.
_COMMON = settings(deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("check", _COMMON, max_examples=25, derandomize=True, database=None)
settings.register_profile("test", _COMMON, max_examples=100)
settings.register_profile("campaign", _COMMON, max_examples=int(os.environ.get("EXAMPLES", "100000")))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "test"))
