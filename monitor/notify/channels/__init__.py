"""One file for each kind of channel; the file's name is the `kind:` in the configuration."""
