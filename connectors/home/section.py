"""What every section of the settings is: frozen, and without keys that nobody knows.

Belongs here: the base class. Does not belong here: any setting (``settings``, ``campaign_settings``).
"""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A section of ``shop.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)
