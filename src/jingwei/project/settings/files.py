"""Where files lie, and how requests that carry them are read."""

import os
from pathlib import Path

FILES = Path(os.environ.get("JINGWEI_HOME") or "var").resolve() / "files"
FILE_UPLOAD_HANDLERS = ["jingwei.kit.receiving.BoundedUpload"]
DATA_UPLOAD_MAX_NUMBER_FILES = 20
