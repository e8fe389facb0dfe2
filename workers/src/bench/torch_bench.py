#!/usr/bin/env python3
"""How many images a second PyTorch trains and predicts here: the counterpart of `espalier bench`.

The same networks (CIFAR ResNet18, MobileNetV2 with torchvision's block), the same noise of three channels in
10 classes, the same step (Nesterov momentum 0.9, weight decay 5e-4 on kernels), one thread, channels_last, and
the same statistic: images of a batch by the first quartile of the seconds of a batch. One JSON object a line,
with the keys of `espalier bench --json`; compare.sh refuses to compare networks whose parameters differ.

Needs PyTorch; measured with 1.13 as Debian builds it (apt install python3-torch).
"""

import argparse
import json
import math
import time
from decimal import ROUND_HALF_UP, Decimal

import torch
from torch import nn
from torch.nn import functional as F


class ConvNorm(nn.Sequential):
    """A convolution without bias, batch norm, and an activation where there is one."""

    def __init__(self, inputs, outputs, kernel, stride=1, groups=1, activation=None):
        layers = [
            nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
            nn.BatchNorm2d(outputs),
        ]
        super().__init__(*layers, *([activation(inplace=True)] if activation else []))


class BasicBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut (arXiv 1512.03385)."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = ConvNorm(inputs, outputs, 3, stride, activation=nn.ReLU)
        self.second = ConvNorm(outputs, outputs, 3)
        same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if same else ConvNorm(inputs, outputs, 1, stride)

    def forward(self, x):
        return F.relu(self.second(self.first(x)) + self.shortcut(x), inplace=True)


class InvertedResidual(nn.Module):
    """Expand 1x1, depthwise 3x3, project 1x1 (arXiv 1801.04381)."""

    def __init__(self, inputs, outputs, expansion, stride):
        super().__init__()
        hidden = inputs * expansion
        expand = [ConvNorm(inputs, hidden, 1, activation=nn.ReLU6)] if expansion != 1 else []
        self.body = nn.Sequential(
            *expand,
            ConvNorm(hidden, hidden, 3, stride, groups=hidden, activation=nn.ReLU6),
            ConvNorm(hidden, outputs, 1),
        )
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.body(x) if self.residual else self.body(x)


class Classifier(nn.Module):
    """The mean over the pixels and a dense layer."""

    def __init__(self, body, channels):
        super().__init__()
        self.body = body
        self.dense = nn.Linear(channels, 10)

    def forward(self, x):
        return self.dense(F.adaptive_avg_pool2d(self.body(x), 1).flatten(1))


def rounded(width, channels):
    return int((width * channels).quantize(Decimal(1), ROUND_HALF_UP))


def divisible(width, channels):
    wanted = width * channels
    nearest = max(8, int(wanted + 4) // 8 * 8)
    return nearest + 8 if nearest < wanted * Decimal("0.9") else nearest


def resnet18(width):
    channels = [rounded(width, c) for c in (64, 128, 256, 512)]
    layers = [ConvNorm(3, channels[0], 3, activation=nn.ReLU)]
    inputs = channels[0]
    for stage, outputs in enumerate(channels):
        for block in range(2):
            layers.append(BasicBlock(inputs, outputs, 2 if stage > 0 and block == 0 else 1))
            inputs = outputs
    return Classifier(nn.Sequential(*layers), inputs)


def mobilenetv2(width):
    # expansion, channels, blocks, stride; strides for 32x32 images
    groups = [(1, 16, 1, 1), (6, 24, 2, 1), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
    inputs = divisible(width, 32)
    layers = [ConvNorm(3, inputs, 3, activation=nn.ReLU6)]
    for expansion, channels, blocks, stride in groups:
        outputs = divisible(width, channels)
        for block in range(blocks):
            layers.append(InvertedResidual(inputs, outputs, expansion, stride if block == 0 else 1))
            inputs = outputs
    head = divisible(max(width, Decimal(1)), 1280)
    layers.append(ConvNorm(inputs, head, 1, activation=nn.ReLU6))
    return Classifier(nn.Sequential(*layers), head)


MODELS = {"resnet18": resnet18, "mobilenetv2": mobilenetv2}


def first_quartile(values):
    return sorted(values)[len(values) // 4]


def timed(one, batch, seconds, warm_up):
    """Images by second: by the first quartile of wall time and of processor time, and by the mean of wall time."""
    for _ in range(warm_up):
        one()
    wall, cpu = [], []
    while len(wall) < 5 or sum(wall) < seconds:
        start, cpu_start = time.perf_counter(), time.process_time()
        one()
        cpu.append(time.process_time() - cpu_start)
        wall.append(time.perf_counter() - start)
    return batch / first_quartile(wall), batch / first_quartile(cpu), batch * len(wall) / sum(wall)


def optimizer(network):
    kernels = [p for p in network.parameters() if p.dim() > 1]
    others = [p for p in network.parameters() if p.dim() <= 1]
    groups = [{"params": kernels, "weight_decay": 5e-4}, {"params": others, "weight_decay": 0}]
    return torch.optim.SGD(groups, lr=1e-4, momentum=0.9, nesterov=True)


def training(network, images, labels):
    network.train()
    sgd = optimizer(network)

    def step():
        sgd.zero_grad(set_to_none=True)
        loss = F.cross_entropy(network(images), labels)
        loss.backward()
        sgd.step()
        return loss.item()

    return step


def inference(network, images, frozen):
    """Class probabilities in eval mode; frozen: TorchScript with batch norm folded into convolutions."""
    network.eval()
    if frozen:
        with torch.no_grad():
            network = torch.jit.freeze(torch.jit.trace(network, images))
            network = torch.jit.optimize_for_inference(network)

    def predict():
        with torch.inference_mode():
            return F.softmax(network(images), 1)

    return predict


def measure(model, width, batch, size, mode, frozen, seconds):
    torch.manual_seed(1)
    network = MODELS[model](width).to(memory_format=torch.channels_last)
    images = (torch.rand(batch, 3, size, size) * 2 - 1).contiguous(memory_format=torch.channels_last)
    labels = torch.randint(0, 10, (batch,))
    parameters = sum(p.numel() for p in network.parameters())
    if mode == "train":
        one = training(network, images, labels)
    else:
        one = inference(network, images, frozen)
    wall, cpu, mean = timed(one, batch, seconds, warm_up=5)
    version = torch.__version__.split("+")[0]
    return {
        "model": model,
        "width": float(width),
        "batch": batch,
        "size": size,
        "threads": 1,
        "mode": mode,
        "images_per_second": round(wall, 1),
        "engine": "torch-" + DEBIAN.get(version, version) + ("-frozen" if frozen else ""),
        "images_per_cpu_second": round(cpu, 1),
        "mean_images_per_second": round(mean, 1),
        "parameters": parameters,
    }


# Debian's 1.13.1 calls itself this.
DEBIAN = {"1.13.0a0": "1.13.1"}


def positive(text):
    value = float(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError("must be greater than 0, found " + text)
    return value


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--model", choices=MODELS, required=True)
    parser.add_argument("--width", type=Decimal, required=True)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--size", type=int, default=32)
    parser.add_argument("--mode", choices=["train", "infer", "frozen"], nargs="+", default=["train", "infer", "frozen"])
    parser.add_argument("--seconds", type=positive, default=3.0)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    for mode in arguments.mode:
        frozen = mode == "frozen"
        row = measure(
            arguments.model,
            arguments.width,
            arguments.batch,
            arguments.size,
            "infer" if frozen else mode,
            frozen,
            arguments.seconds,
        )
        print(json.dumps(row, separators=(",", ":")), flush=True)


if __name__ == "__main__":
    main()
