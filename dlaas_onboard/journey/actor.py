"""Who has to act."""

from __future__ import annotations

from enum import StrEnum


class Actor(StrEnum):
    """Who has to act."""

    OPERATOR = "operator"
    DNS = "dns"  # whoever publishes the domain's records
    AWS = "aws"
    TERRAFORM = "terraform"  # whoever applies the infrastructure code
    NOBODY = "nobody"  # everything is done


WORDS = {
    Actor.OPERATOR: "you",
    Actor.DNS: "whoever runs the domain's DNS",
    Actor.AWS: "AWS",
    Actor.TERRAFORM: "whoever applies the infrastructure code",
    Actor.NOBODY: "nobody",
}
