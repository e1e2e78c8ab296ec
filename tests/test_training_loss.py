"""The loss that the models are trained with."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="pip install 'tarjama[train]'")

import torch
from torch.nn import functional

from tarjama.training.loss import SmoothedCrossEntropy


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.4])
@pytest.mark.parametrize("chunk", [2**20, 9, 20])
def test_value_and_gradient_are_pytorchs(smoothing: float, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tarjama.training.loss._CHUNK", chunk)
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


def test_rows_without_a_label_count_for_nothing() -> None:
    scores = torch.randn(5, 7, dtype=torch.bfloat16, generator=torch.Generator().manual_seed(1)).requires_grad_()
    labels = torch.tensor([2, 0, 6])
    loss, plain = SmoothedCrossEntropy.apply(scores, labels, 0.1)
    loss.backward()
    expected = functional.cross_entropy(scores[:3].float(), labels, label_smoothing=0.1)
    assert loss.dtype == plain.dtype == torch.float32
    torch.testing.assert_close(loss, expected)
    (expected_gradient,) = torch.autograd.grad(expected, scores)
    assert scores.grad.dtype == torch.bfloat16
    torch.testing.assert_close(scores.grad, expected_gradient)
    assert (scores.grad[3:] == 0).all()
    assert (scores.grad[:3] != 0).all()


def test_a_score_that_is_far_off_stays_finite() -> None:
    scores = torch.tensor([[1e4, -1e4, 0.0]], requires_grad=True)
    loss, plain = SmoothedCrossEntropy.apply(scores, torch.tensor([1]), 0.1)
    loss.backward()
    assert plain.item() == pytest.approx(2e4)
    assert torch.isfinite(scores.grad).all()
