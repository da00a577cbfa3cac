"""Whom a narrowcast goes to: recipients, demographic filter, limit.

Source: Messaging API reference, send narrowcast message. What each object needs beside its type is
what LINE's contract requires: nothing.
"""

from typing import Annotated, Literal

from pydantic import Field

from line_sim.wire.checking import Part, Words


class AudienceRecipient(Part):
    """An audience."""

    type: Literal["audience"]
    audience_group_id: int | None = None


class RedeliveryRecipient(Part):
    """Those who got an earlier narrowcast."""

    type: Literal["redelivery"]
    request_id: str | None = None


class OperatorRecipient(Part):
    """Recipients combined."""

    type: Literal["operator"]
    and_: list["Recipient"] | None = Field(None, alias="and")
    or_: list["Recipient"] | None = Field(None, alias="or")
    not_: "Recipient | None" = Field(None, alias="not")


Recipient = Annotated[
    AudienceRecipient | RedeliveryRecipient | OperatorRecipient, Field(discriminator="type")
]

Age = Literal[
    "age_15", "age_20", "age_25", "age_30", "age_35", "age_40",
    "age_45", "age_50", "age_55", "age_60", "age_65", "age_70",
]  # fmt: skip
Period = Literal["day_7", "day_30", "day_90", "day_180", "day_365"]
AREAS = tuple(
    f"{country}_{number:02d}"
    for country, most in (("jp", 47), ("tw", 22), ("th", 8), ("id", 12))
    for number in range(1, most + 1)
)
"""Prefectures, counties and regions of LINE's four markets, as its contract lists them."""


class AgeDemographicFilter(Part):
    """From `gte` to below `lt`."""

    type: Literal["age"]
    gte: Age | None = None
    lt: Age | None = None


class AppTypeDemographicFilter(Part):
    """By operating system."""

    type: Literal["appType"]
    one_of: list[Literal["ios", "android"]] | None = None


class AreaDemographicFilter(Part):
    """By region."""

    type: Literal["area"]
    one_of: list[Annotated[str, Words(*AREAS, contract=True)]] | None = None


class GenderDemographicFilter(Part):
    """By gender."""

    type: Literal["gender"]
    one_of: list[Literal["male", "female"]] | None = None


class SubscriptionPeriodDemographicFilter(Part):
    """By how long they have been friends: from `gte` to below `lt`."""

    type: Literal["subscriptionPeriod"]
    gte: Period | None = None
    lt: Period | None = None


class OperatorDemographicFilter(Part):
    """Filters combined."""

    type: Literal["operator"]
    and_: list["DemographicFilter"] | None = Field(None, alias="and")
    or_: list["DemographicFilter"] | None = Field(None, alias="or")
    not_: "DemographicFilter | None" = Field(None, alias="not")


DemographicFilter = Annotated[
    AgeDemographicFilter
    | AppTypeDemographicFilter
    | AreaDemographicFilter
    | GenderDemographicFilter
    | SubscriptionPeriodDemographicFilter
    | OperatorDemographicFilter,
    Field(discriminator="type"),
]


class Filter(Part):
    """Which of the recipients."""

    demographic: DemographicFilter | None = None


class Limit(Part):
    """How many of them."""

    max: Annotated[int, Field(ge=1)] | None = None
    up_to_remaining_quota: bool | None = None
    forbid_partial_delivery: bool | None = None


for _model in (OperatorRecipient, OperatorDemographicFilter):  # as in line_sim.wire.flex
    _model.model_rebuild()
