"""People and the agencies they work for."""

from .agency import Agency, AgencyDomain, Membership
from .rate import RateCount
from .user import FormerUsername, User

__all__ = ["Agency", "AgencyDomain", "FormerUsername", "Membership", "RateCount", "User"]
