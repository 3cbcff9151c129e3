"""A ladder of scales with its labels coded, and the words that stand beside its scales where no scale is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geo.errors import InputError
from geo.labels import CodedLabels, code_labels

OUTSIDE = "outside"
NO_DEMAND = "no_demand"
NO_SUPPLY = "no_supply"


@dataclass(frozen=True, eq=False)
class CodedLadder:
    """A ladder whose labels are coded once, for many calls of :func:`circulate`.

    Attributes
    ----------
    rungs
        Scale -> its partition, smallest scale first.
    length
        Number of fragments n.
    """

    rungs: Mapping[str, CodedLabels]
    length: int

    @property
    def scales(self) -> tuple[str, ...]:
        """The scales' keys, smallest first."""
        return tuple(self.rungs)


def code_ladder(ladder: Mapping[str, object] | CodedLadder, *, length: int | None = None) -> CodedLadder:
    """Code a ladder's labels; a coded ladder is passed through.

    Parameters
    ----------
    ladder
        Ordered mapping scale -> (n,) labels, smallest scale first; :func:`geo.labels.code_labels` says what a
        label may be. A missing label means "in no unit of this rung".
    length
        The n that is expected; the first rung's where omitted.

    Raises
    ------
    InputError
        An empty ladder, a scale key that is not text or is a word of the result, labels of the wrong shape.
    """
    if isinstance(ladder, CodedLadder):
        if length is not None and ladder.length != length:
            message = f"ladder: expected labels for {length} fragments, found {ladder.length}"
            raise InputError(message, key="ladder_length", argument="ladder", expected=length, found=ladder.length)
        return ladder
    if not isinstance(ladder, Mapping) or not ladder:
        message = "ladder: expected a mapping scale -> labels with at least one scale"
        raise InputError(message, key="ladder_empty", argument="ladder")
    rungs: dict[str, CodedLabels] = {}
    for scale, labels in ladder.items():
        if not isinstance(scale, str) or not scale or scale in (OUTSIDE, NO_DEMAND, NO_SUPPLY):
            message = f"ladder: {scale!r} cannot be the key of a scale"
            raise InputError(message, key="ladder_scale", argument="ladder", scale=scale)
        rungs[scale] = code_labels(labels, length=length, argument=f'ladder["{scale}"]')
        length = len(rungs[scale])
    return CodedLadder(rungs=rungs, length=length or 0)
