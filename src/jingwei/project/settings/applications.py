"""Which parts are installed."""

KERNEL = [
    "jingwei.kernel.ledger",
    "jingwei.kernel.outbox",
    "jingwei.kernel.commands",
    "jingwei.kernel.files",
    "jingwei.kernel.places",
    "jingwei.kernel.agencies",
    "jingwei.kernel.rulebook",
    "jingwei.kernel.clocks",
    "jingwei.kernel.matters",
    "jingwei.kernel.feeds",
    "jingwei.kernel.reads",
    "jingwei.kernel.retention",
    "jingwei.kernel.epochs",
    "jingwei.kernel.subjects",
]
CAPABILITIES = [
    "jingwei.capabilities.enterprise_needs",
    "jingwei.capabilities.grid_events",
    "jingwei.capabilities.hazards",
    "jingwei.capabilities.instructions",
    "jingwei.capabilities.project_lists",
]

INSTALLED_APPS = [
    *KERNEL,
    *CAPABILITIES,
    "jingwei.kit",
    "jingwei.surfaces.desk",
    "jingwei.surfaces.command_map",
    "jingwei.surfaces.portal",
    "jingwei.surfaces.api",
    "jingwei.surfaces.training",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "axes",
]
AUTH_USER_MODEL = "agencies.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
