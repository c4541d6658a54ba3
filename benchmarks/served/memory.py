"""What the processes of a served site take in memory, as Linux tells it."""

from pathlib import Path


def memory_of(address):
    """Return the megabytes of each worker: what is its own, not pages of files it has mapped."""
    port = address.rpartition(":")[2]
    mark = f"GRANIAN_PORT={port}".encode()
    processes = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark not in (folder / "environ").read_bytes().split(b"\0"):
                continue
            status = (folder / "status").read_text()
        except OSError:  # it has ended, or belongs to somebody else
            continue
        facts = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        processes[int(folder.name)] = (int(facts["PPid"]), int(facts["RssAnon"].split()[0]))
    # The first process only watches over the others.
    workers = [anonymous for parent, anonymous in processes.values() if parent in processes]
    return sorted(round(anonymous / 1024) for anonymous in workers if anonymous > 20 * 1024)
