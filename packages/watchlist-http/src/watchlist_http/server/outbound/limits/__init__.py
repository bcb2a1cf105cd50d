"""The counts of those who ask too often, for one process or shared by many."""
