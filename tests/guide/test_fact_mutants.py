"""Facts in prose that are changed are noticed: a sample of them, or all."""

from __future__ import annotations

import random

import fact_mutants
from prose import pages

FEWEST = 80  # facts that the tool must find
SAMPLE = 50


def test_a_changed_fact_is_noticed(is_full: bool) -> None:
    mutants = [*fact_mutants.mutants()]
    assert len(mutants) >= FEWEST
    assert all(mutant.text != pages()[mutant.page] for mutant in mutants)
    sample = mutants if is_full else random.Random(1).sample(mutants, SAMPLE)  # noqa: S311
    missed = [str(one) for one in sample if not fact_mutants.is_noticed(one, pages())]
    # a sample may have more of the others than their share
    share = 0.9 if is_full else 0.8
    assert len(missed) <= (1 - share) * len(sample), "\n".join(missed)


def test_without_a_change_nothing_is_noticed() -> None:
    assert [*fact_mutants.objections(pages())] == []
