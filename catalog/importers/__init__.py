"""Bringing listings in from files (docs/importing.md).

`importing.import_file` is the verb. A file is read by `jsonlines` or `tables`, each row is
understood by `rows` with the one table of `columns`, and `listings` finds, compares and writes
the listing. `reports` keeps what happened.
"""
