"""How the figures of grid events are declared."""

from jingwei.capabilities.grid_events.facts import BASIS
from jingwei.kernel.measures.figures import Figures

_FIGURES = Figures("grid_event", BASIS)
share = _FIGURES.share
count = _FIGURES.count
