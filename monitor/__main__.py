"""`python -m monitor` is `watchword`."""

from monitor.cli import main

main()
