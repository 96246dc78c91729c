"""The tests of Watchword; the folders mirror the rooms of the package."""
