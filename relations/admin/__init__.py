"""The staff's desk. ``EntenteAdminSite`` registers what is here when Django first asks for its admin site."""
