"""What runs, one flow a file, and the command line."""

from flows.prefect_quietly import quiet_prefect

quiet_prefect()
