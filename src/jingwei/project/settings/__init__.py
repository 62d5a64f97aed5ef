"""Settings, one small file a concern; every value comes from the environment or from JINGWEI_HOME."""

from jingwei.project.settings.applications import *  # noqa: F403  # Django reads settings as names of one module
from jingwei.project.settings.channels import *  # noqa: F403  # as above
from jingwei.project.settings.database import *  # noqa: F403  # as above
from jingwei.project.settings.files import *  # noqa: F403  # as above
from jingwei.project.settings.security import *  # noqa: F403  # as above
from jingwei.project.settings.training import *  # noqa: F403  # as above
from jingwei.project.settings.web import *  # noqa: F403  # as above
