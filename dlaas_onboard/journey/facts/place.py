"""Where calls go and as whom."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where calls go and as whom: on every screen, and in every intent."""

    profile: str = ""  # "" where credentials come from the environment or the machine
    region: str = ""  # "" where none was named; a Region is never guessed
    region_source: str = ""  # "--region", "AWS_REGION", "common/config.json", "profile dlaas"
    account: str = ""  # 12 digits, "" until STS answered
    arn: str = ""
    partition: str = "aws"
    endpoint: str = ""  # host[:port] of the SES endpoint
    amazon: bool = True  # False: the endpoint's host is not Amazon's
    credentials: str = ""  # where botocore found them: "env", "sso", "assume-role", "shared-credentials-file"

    def same_as(self, other: Place) -> bool:
        """Whether both are one known account, partition, Region and endpoint, whoever calls."""
        return bool(self.account) and self._key == other._key

    @property
    def _key(self) -> tuple[str, str, str, str]:
        return (self.account, self.partition, self.region, self.endpoint)
