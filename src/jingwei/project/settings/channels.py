"""Speaking to gateways: the site's address in messages, hosts of the own network, the secrets of channels."""

import os

from jingwei.installation import InstallationFault, home

PUBLIC_URL = os.environ.get("JINGWEI_PUBLIC_URL", "").rstrip("/")
GATEWAYS = frozenset(filter(None, os.environ.get("JINGWEI_GATEWAYS", "").split(",")))


def _secret(channel: str) -> str:
    """The secret of a channel: the file `secrets/channel-NAME` of JINGWEI_HOME. Raises OSError."""
    try:
        return home().secret(f"channel-{channel}")
    except InstallationFault as fault:
        raise OSError(str(fault)) from fault


CHANNEL_SECRET = _secret
