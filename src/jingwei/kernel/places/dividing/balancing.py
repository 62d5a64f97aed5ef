"""Pieces put together to areas that carry the same, each in one piece: the arithmetic of a balanced division.

Two ways, of which the caller takes the better. *From the present*: pieces at borders change sides while that makes the
loads more even. *Anew*: around centres, each area gets the same load at the least way to its centre (a transport
problem, solved by HiGHS). Its shadow prices give every piece a centre: that of the smallest way less price. As ways
run through the pieces (not as the crow flies), all pieces on the way to a centre have the same one, so that an area is
in one piece by construction; rounding then moves borders as in the first way. Balanced centroidal power diagrams
(Cohen-Addad, Klein, Young 2018) do so in the plane, where a bay or a river can tear an area apart.
"""

from collections.abc import Sequence

import highspy
import networkx as nx
import numpy as np
import numpy.typing as npt

from jingwei.kernel.places.dividing.pieces import Pieces

Loads = npt.NDArray[np.float64]  # n: of each piece
Areas = npt.NDArray[np.int64]  # n: the area that each piece belongs to, 0 … k-1

_ROUNDS = 8  # of centres moved to the middle of their loads: they hardly move after the fifth
_ROUNDNESS = 0.02
"""What all borders of a mean area are worth against a load that is off by the mean: enough to keep borders short, too
little to trade much balance for it."""

_GAIN = 1e-9  # less is rounding
_MOVES_EACH = 20  # times the pieces: many more than were ever made


def from_present(pieces: Pieces, loads: Loads) -> Areas:
    """The present cells with borders moved; k is their number."""
    return moved(pieces, loads, in_one_piece(pieces, loads, pieces.owner.copy()), len(pieces.codes))


def anew(pieces: Pieces, loads: Loads, count: int) -> Areas:
    """So many areas around centres: those of the present cells where there are as many, else spread over the loads."""
    of_present = count == len(pieces.codes)
    centres = _middles(pieces, loads, pieces.owner, count) if of_present else _spread(pieces, loads, count)
    areas = pieces.owner
    for _ in range(_ROUNDS):
        areas = _shared_out(pieces, loads, centres)
        after = _middles(pieces, loads, areas, count, centres)
        if after == centres:
            break
        centres = after
    return moved(pieces, loads, in_one_piece(pieces, loads, areas), count)


def in_one_piece(pieces: Pieces, loads: Loads, areas: Areas) -> Areas:
    """Every area kept where it carries most; what lies apart from that goes where it has most border."""
    areas = areas.copy()
    for _ in range(len(areas)):
        stray = _stray(pieces, loads, areas)
        if not stray:
            return areas
        beside: dict[int, float] = {}
        for piece in stray:
            for other, tie in pieces.graph.adj[piece].items():
                if other not in stray:
                    area = int(areas[other])
                    beside[area] = beside.get(area, 0.0) + tie["border"] + _GAIN
        areas[sorted(stray)] = max(sorted(beside), key=lambda area: beside[area])
    return areas


def _stray(pieces: Pieces, loads: Loads, areas: Areas) -> set[int]:
    """One part of some area that lies apart from the rest of it."""
    for area in np.unique(areas).tolist():
        mine = pieces.graph.subgraph(np.flatnonzero(areas == area).tolist())
        parts = sorted(
            nx.connected_components(mine), key=lambda part: (-loads[list(part)].sum(), -len(part), min(part))
        )
        if len(parts) > 1:
            return set(parts[-1])
    return set()


def moved(pieces: Pieces, loads: Loads, areas: Areas, count: int) -> Areas:
    """Pieces at borders given to the area beside, the best first, as long as that makes it better; no area is torn."""
    work = _Moving(pieces, loads, areas.copy(), count)
    for _ in range(_MOVES_EACH * len(loads)):
        best = work.best()
        if best is None:
            break
        work.move(*best)
    return work.areas


class _Moving:
    """Areas whose borders are being moved."""

    def __init__(self, pieces: Pieces, loads: Loads, areas: Areas, count: int) -> None:
        self.areas = areas
        self._graph, self._loads = pieces.graph, loads
        self._carried = np.bincount(areas, weights=loads, minlength=count)
        self._mean = float(loads.sum()) / count or 1.0
        around = 4 * float(np.sqrt(pieces.m2.sum() / count))
        self._worth = _ROUNDNESS / around
        self._holds = {area: set(np.flatnonzero(areas == area).tolist()) for area in range(count)}
        self._fixed = {area: self._hinges(area) for area in range(count)}
        self._found: dict[int, tuple[float, int, int]] = {}  # the best move out of each area, until one near it moves

    def _hinges(self, area: int) -> set[int]:
        """The pieces without which the area would fall apart, or not be."""
        mine = self._holds[area]
        return set(nx.articulation_points(self._graph.subgraph(mine))) if len(mine) > 1 else set(mine)

    def best(self) -> tuple[int, int] | None:
        """The piece and the area it goes to that help most; None where nothing helps."""
        for area in self._holds:
            if area not in self._found:
                self._found[area] = self._best_of(area)
        least, piece, to = min(self._found.values(), default=(0.0, -1, -1))
        return (piece, to) if least < -_GAIN else None

    def _best_of(self, area: int) -> tuple[float, int, int]:
        """What the best move out of an area is worth (below 0), its piece and where it goes."""
        found = (0.0, -1, -1)
        for piece in self._holds[area] - self._fixed[area]:
            ties = self._ties(piece)
            for beside, border in ties.items():
                if beside != area:
                    worse = self._worse(piece, area, beside) + self._worth * (ties.get(area, 0.0) - border)
                    found = min(found, (worse, piece, beside))
        return found

    def _ties(self, piece: int) -> dict[int, float]:
        """Metres of border with each area around."""
        ties: dict[int, float] = {}
        for other, tie in self._graph.adj[piece].items():
            beside = int(self.areas[other])
            ties[beside] = ties.get(beside, 0.0) + tie["border"]
        return ties

    def _worse(self, piece: int, area: int, beside: int) -> float:
        """By how much the squares of what is off grow, in squares of the mean."""
        load = float(self._loads[piece])
        return 2 * load * (load + float(self._carried[beside]) - float(self._carried[area])) / self._mean**2

    def move(self, piece: int, to: int) -> None:
        area = int(self.areas[piece])
        self.areas[piece] = to
        self._holds[area].remove(piece)
        self._holds[to].add(piece)
        self._carried[area] -= self._loads[piece]
        self._carried[to] += self._loads[piece]
        for one in (area, to):
            self._fixed[one] = self._hinges(one)
        for one in {beside for mine in (area, to) for each in self._holds[mine] for beside in self._ties(each)} | {
            area
        }:
            self._found.pop(one, None)


def _ways(pieces: Pieces, centres: Sequence[int]) -> npt.NDArray[np.float64]:
    """n × k metres from each piece to each centre, through pieces."""
    ways = np.empty((len(pieces.owner), len(centres)))
    for column, centre in enumerate(centres):
        found = nx.single_source_dijkstra_path_length(pieces.graph, centre, weight="far")
        ways[:, column] = [found[piece] for piece in range(len(ways))]
    return ways


def _shared_out(pieces: Pieces, loads: Loads, centres: Sequence[int]) -> Areas:
    """The area of each piece, by its way to each centre less the centre's price."""
    ways = _ways(pieces, centres)
    return np.asarray((ways - _prices(ways, loads)).argmin(axis=1), dtype=np.int64)


def _prices(ways: npt.NDArray[np.float64], loads: Loads) -> npt.NDArray[np.float64]:
    """k metres: the shadow prices of equal loads, when all load takes the least way. Raises RuntimeError unsolved."""
    carrying = np.flatnonzero(loads > 0)
    rows, count = len(carrying), ways.shape[1]
    weight = loads[carrying]
    model = highspy.Highs()  # type: ignore[no-untyped-call]  # the package is typed but for this
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)  # nothing here takes long, and a web process has other work
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = rows * count, rows + count
    lp.col_cost_ = (ways[carrying] * weight[:, None]).ravel()
    lp.col_lower_, lp.col_upper_ = np.zeros(rows * count), np.full(rows * count, np.inf)
    equal = np.full(count, weight.sum() / count)
    lp.row_lower_ = lp.row_upper_ = np.concatenate([np.ones(rows), equal])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.arange(0, 2 * rows * count + 1, 2)
    piece, centre = (one.ravel() for one in np.meshgrid(np.arange(rows), np.arange(count), indexing="ij"))
    lp.a_matrix_.index_ = np.column_stack([piece, rows + centre]).ravel()
    lp.a_matrix_.value_ = np.column_stack([np.ones(rows * count), weight[piece]]).ravel()
    model.passModel(lp)
    model.run()
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"HiGHS: {model.modelStatusToString(model.getModelStatus())}")
    return np.asarray(model.getSolution().row_dual[rows:])


def _middles(pieces: Pieces, loads: Loads, areas: Areas, count: int, before: Sequence[int] | None = None) -> list[int]:
    """The piece nearest to the middle of what each area carries; where it carries nothing, of its land."""
    found = []
    for area in range(count):
        mine = np.flatnonzero(areas == area)
        if not len(mine):  # all of it went elsewhere: it tries again from where it was
            found.append(before[area] if before is not None else 0)
            continue
        weight = loads[mine] if loads[mine].sum() > 0 else pieces.m2[mine]
        middle = np.average(pieces.middles[mine], axis=0, weights=weight)
        found.append(int(mine[np.hypot(*(pieces.middles[mine] - middle).T).argmin()]))
    return found


def _spread(pieces: Pieces, loads: Loads, count: int) -> list[int]:
    """Centres far from each other: each next one where most load has the longest way to those before it."""
    middle = np.average(pieces.middles, axis=0, weights=loads if loads.sum() > 0 else pieces.m2)
    centres = [int(np.hypot(*(pieces.middles - middle).T).argmin())]
    nearest = _ways(pieces, centres)[:, 0]
    while len(centres) < count:
        centres.append(int(((loads + loads.mean()) * nearest**2).argmax()))
        nearest = np.minimum(nearest, _ways(pieces, centres[-1:])[:, 0])
    return centres
