"""Tasks for the tests of the worker."""

from django_tasks import task

ran = []


@task()
def note(text):
    ran.append(text)


@task()
def note_twice(text):
    ran.append(text)
    note.enqueue(f"{text} again")


@task()
def break_down():
    ran.append("broken")
    raise RuntimeError("broken on purpose")
