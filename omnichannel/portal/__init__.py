"""The administrators' portal: Django's admin with our own site, site map, home page and style."""

from omnichannel.portal.site import PortalSite

__all__ = ["PortalSite"]
