"""The names under which the worker's queue and workflows are known, which must not change between
releases.
"""

from portal.settings import Settings

APPLICATION = "eurometropolis"
# Fixed: workflows begun under an older release of ours are resumed by the next one. Raise it only
# where their steps have changed so that a half-done one cannot go on.
APPLICATION_VERSION = "1"
HARVEST_QUEUE = "harvest"
HARVEST_WORKFLOW = "harvest_source"
DRY_RUN_WORKFLOW = "foresee_source"
SCHEDULE = "harvest-due"
READY_FILE = "jobs.ready"


def jobs_url(settings: Settings) -> str:
    """Return where the jobs are kept: a database of their own beside the metadata, or as set."""
    return settings.jobs_database_url or f"sqlite:///{(settings.data / 'jobs.db').resolve()}"
