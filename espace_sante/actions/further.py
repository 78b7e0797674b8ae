"""What a sender says of a document besides what every deposit says: kept with it, given back with it, believed in nothing.

The fields are those of DocumentMeta, by the same names.
"""

from __future__ import annotations

from typing import Any

import msgspec

from espace_sante.keeper import demand as d


class Further(msgspec.Struct, frozen=True, omit_defaults=True):
    """The rest of the PDSm comprehensive metadata. What is empty was not said."""

    class_code: str = ""
    class_system: str = ""
    class_display: str = ""
    format_system: str = ""
    format_display: str = ""
    facility_type: str = ""
    facility_system: str = ""
    facility_display: str = ""
    practice_setting: str = ""
    setting_system: str = ""
    setting_display: str = ""
    service_stop: str = ""
    confidentiality: tuple[str, ...] = ()
    events: tuple[d.Coded, ...] = ()
    authors: tuple[d.Party, ...] = ()
    authenticator: d.Party | None = None
    custodian: d.Party | None = None
    description: str = ""
    dated: str = ""
    related: tuple[d.RelatedId, ...] = ()
    submission: d.Submission | None = None
    encounter: d.RelatedId | None = None

    def added_to(self, meta: d.DocumentMeta) -> d.DocumentMeta:
        """Return metadata with what was said here added."""
        said: dict[str, Any] = {name: getattr(self, name) for name in self.__struct_fields__}
        return msgspec.structs.replace(meta, **{name: value for name, value in said.items() if value})
