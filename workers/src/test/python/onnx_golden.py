#!/usr/bin/env python3
"""Writes the ONNX files that OnnxGoldenTest reads, as a user of PyTorch would export them.

torchvision's ResNet18 and MobileNetV2 with a fraction of their channels and drawn weights, and a small CNN that
flattens by view(); operator sets 9, 11, 13 and 16; a fixed and a free batch; in evaluation mode, which folds batch
norm into the convolutions, and with training=PRESERVE, which keeps it.

    apt install python3-torch python3-torchvision
    /usr/bin/python3 onnx_golden.py ../resources/dev/espalier/workers/onnx/reader/golden

Written with PyTorch 1.13 and torchvision 0.14 as Debian builds them. Equal versions give equal files.
"""

import pathlib
import sys
import warnings

import torch
import torchvision
from torch import nn
from torch.onnx import TrainingMode

CLASSES = 10
PIXELS = 32


def narrowed(network, divisor):
    """Replaces all layers by layers of fewer channels; the forward pass stays torchvision's."""

    def fewer(channels):
        return max(1, channels // divisor)

    for name, layer in network.named_children():
        if isinstance(layer, nn.Conv2d):
            inputs = 3 if layer.in_channels == 3 else fewer(layer.in_channels)
            outputs = fewer(layer.out_channels)
            groups = 1 if layer.groups == 1 else inputs
            layer = nn.Conv2d(
                inputs, outputs, layer.kernel_size, layer.stride, layer.padding, groups=groups, bias=False
            )
        elif isinstance(layer, nn.BatchNorm2d):
            layer = nn.BatchNorm2d(fewer(layer.num_features))
        elif isinstance(layer, nn.Linear):
            layer = nn.Linear(fewer(layer.in_features), CLASSES)
        else:
            narrowed(layer, divisor)
        setattr(network, name, layer)
    return network


def drawn(network):
    """Draws what initialization leaves at 0 or 1, so that nothing is computed right by chance."""
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.uniform_(layer.weight, 0.6, 1.4)
            nn.init.uniform_(layer.bias, -0.4, 0.4)
            nn.init.uniform_(layer.running_mean, -0.3, 0.3)
            nn.init.uniform_(layer.running_var, 0.5, 1.5)
        elif isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
            if layer.bias is not None:
                nn.init.uniform_(layer.bias, -0.3, 0.3)
    return network


class WithView(nn.Module):
    """Normalization in front, uneven sizes, poolings of all kinds, view() by the size of the batch."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.49, 0.48, 0.45]).reshape(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor([0.25, 0.24, 0.26]).reshape(1, 3, 1, 1))
        self.first = nn.Conv2d(3, 6, 5, padding=2)
        self.first_pool = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.second = nn.Conv2d(6, 9, 3, stride=2, bias=False)
        self.norm = nn.BatchNorm2d(9, eps=1e-3, momentum=0.2)
        self.second_pool = nn.AvgPool2d(3, 2, padding=1)
        self.hidden = nn.Linear(9 * 4 * 4, 14)
        self.drop = nn.Dropout(0.3)
        self.classes = nn.Linear(14, CLASSES)

    def forward(self, x):
        x = (x - self.mean) / self.deviation
        x = self.first_pool(self.first(x)).relu()
        x = self.second_pool(torch.relu(self.norm(self.second(x))))
        x = x.view(x.size(0), -1)
        x = self.drop(torch.relu(self.hidden(x)))
        return torch.softmax(self.classes(x), dim=1)


NETWORKS = {
    "resnet18": lambda: narrowed(torchvision.models.resnet18(), 32),
    "mobilenetv2": lambda: narrowed(torchvision.models.mobilenet_v2(), 24),
    "view": WithView,
}

# (operator set, free batch, training): every pair of two of them.
FORMS = [
    (opset, free, training)
    for opset, frees in ((9, (False, True)), (11, (True, False)), (13, (False, True)), (16, (True, False)))
    for free, training in zip(frees, (TrainingMode.EVAL, TrainingMode.PRESERVE))
]


def main(folder):
    warnings.filterwarnings("ignore")
    for name, make in NETWORKS.items():
        torch.manual_seed(15)
        network = drawn(make()).eval()
        for opset, free, training in FORMS:
            batch = "free" if free else "fixed"
            mode = "folded" if training == TrainingMode.EVAL else "preserved"
            torch.onnx.export(
                network,
                torch.zeros(2, 3, PIXELS, PIXELS),
                str(folder / f"{name}-opset{opset}-{batch}-{mode}.onnx"),
                opset_version=opset,
                training=training,
                input_names=["image"],
                output_names=["scores"],
                dynamic_axes={"image": {0: "batch"}, "scores": {0: "batch"}} if free else None,
            )


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
