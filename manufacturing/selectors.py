"""What pages and other apps read of factories, machines and jobs."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import QuerySet

from core.errors import NotFound
from manufacturing.models import Factory, Job, Machine

User = AbstractBaseUser | AnonymousUser


def factories_of(user: User) -> QuerySet[Factory]:
    """The factories whose people include ``user``; none for a stranger."""
    if not user.is_authenticated:
        return Factory.objects.none()
    return Factory.objects.filter(members=user.pk)


def factory_for(user: User, pk: int) -> Factory:
    """The factory, for one of its people.

    Raises:
        NotFound: there is none, or it is not this user's (which sounds the same from outside).
    """
    factory = factories_of(user).filter(pk=pk).first()
    if factory is None:
        raise NotFound("There is no such workshop, or you are not one of its people.")
    return factory


def job_for(user: User, uid: str) -> Job:
    """A job of one of the user's factories. Raises NotFound."""
    rows = Job.objects.select_related("factory", "machine", "design", "program")
    job = rows.filter(uid=uid, factory__in=factories_of(user)).first()
    if job is None:
        raise NotFound("There is no such job in your workshop.")
    return job


def machine_for(user: User, uid: str) -> Machine:
    """A machine of one of the user's factories. Raises NotFound."""
    rows = Machine.objects.select_related("factory", "seen")
    machine = rows.filter(uid=uid, factory__in=factories_of(user)).first()
    if machine is None:
        raise NotFound("There is no such machine in your workshop.")
    return machine


def machines_of(factory: Factory) -> QuerySet[Machine]:
    """The machines in service, with what was last seen of them."""
    rows = factory.machines.exclude(status="retired").select_related("factory")
    return rows.select_related("seen").order_by("name")


def jobs_of(factory: Factory) -> QuerySet[Job]:
    """All jobs that the factory ever had, the most urgent first."""
    rows = Job.objects.filter(factory=factory).select_related("machine", "design", "program")
    return rows.order_by("due_at", "pk")


def on_machine(machine: Machine) -> Job | None:
    """The job that is at a machine now, or whose part still lies on its plate."""
    rows = machine.jobs.select_related("design", "program")
    return rows.filter(status__in=Job.AT_MACHINE).first()


def at_work_and_next(factory: Factory) -> tuple[dict[int, Job], dict[int, Job]]:
    """By machine: the job that is at it, and the most urgent one that waits; in one query."""
    rows = Job.objects.filter(
        machine__factory=factory, status__in=Job.AT_MACHINE | {"planned"}
    ).select_related("design", "program")
    now: dict[int, Job] = {}
    following: dict[int, Job] = {}
    for job in rows.order_by("due_at", "pk"):
        assert job.machine_id is not None, "it was asked for by its machine"
        (following if job.status == "planned" else now).setdefault(job.machine_id, job)
    return now, following
