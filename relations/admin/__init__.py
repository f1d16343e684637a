"""The staff's desk. ``EntenteAdminSite`` registers these models when Django first asks for its admin site."""
