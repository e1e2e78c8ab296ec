"""The loss that the models are trained with."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="pip install 'tarjama[train]'")

import torch
from torch.nn import functional

from tarjama.training.loss import SmoothedCrossEntropy


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.4])
def test_value_and_gradient_are_pytorchs(smoothing: float) -> None:
    torch.manual_seed(1)
    scores = (torch.randn(6, 9) * 4).requires_grad_()
    labels = torch.tensor([0, 8, 3, 3, 5, 1])
    expected = functional.cross_entropy(scores, labels, label_smoothing=smoothing)
    (expected_gradient,) = torch.autograd.grad(expected * 3, scores)

    loss, plain = SmoothedCrossEntropy.apply(scores, labels, smoothing)
    (gradient,) = torch.autograd.grad(loss * 3, scores)
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(plain, functional.cross_entropy(scores, labels))
    torch.testing.assert_close(gradient, expected_gradient)


def test_a_score_that_is_far_off_stays_finite() -> None:
    scores = torch.tensor([[1e4, -1e4, 0.0]], requires_grad=True)
    loss, plain = SmoothedCrossEntropy.apply(scores, torch.tensor([1]), 0.1)
    loss.backward()
    assert plain.item() == pytest.approx(2e4)
    assert torch.isfinite(scores.grad).all()
