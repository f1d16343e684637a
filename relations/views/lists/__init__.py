"""What every list page shares."""
