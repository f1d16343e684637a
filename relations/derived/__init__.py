"""What follows from what is stored, and is renewed when a unit of work ends."""
