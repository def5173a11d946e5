"""Turns trained weights into the ONNX file the product loads, and writes its digest into the contract.

    python -m training.reader.export WEIGHTS.pt models/vision/vin-reader
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from .alphabet import HEIGHT, WIDTH
from .network import LineReader


class Probabilities(torch.nn.Module):
    """Log-probabilities divided by the calibration temperature (Guo et al. 2017), as probabilities."""

    def __init__(self, model: LineReader, temperature: float):
        super().__init__()
        self.model, self.temperature = model, temperature

    def forward(self, grey):
        return (self.model(grey) / self.temperature).softmax(-1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("folder")
    parser.add_argument("--temperature", type=float, default=1.0)
    options = parser.parse_args()
    model = LineReader()
    model.load_state_dict(torch.load(options.weights, map_location="cpu"))
    wrapped = Probabilities(model, options.temperature).eval()
    file = Path(options.folder) / "vin-reader.onnx"
    example = torch.rand(2, 1, HEIGHT, WIDTH) * 255
    torch.onnx.export(wrapped, (example,), str(file), input_names=["grey"], output_names=["probabilities"],
                      dynamic_axes={"grey": {0: "n"}, "probabilities": {0: "n"}}, opset_version=17, dynamo=False)
    session = onnxruntime.InferenceSession(str(file))
    with torch.no_grad():
        difference = np.abs(session.run(None, {"grey": example.numpy()})[0] - wrapped(example).numpy()).max()
    if difference > 1e-4:
        raise SystemExit(f"the exported network differs from the trained one by {difference}")
    contract = Path(options.folder) / "contract.json"
    content = json.loads(contract.read_text())
    content["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    contract.write_text(json.dumps(content, indent="\t", ensure_ascii=False) + "\n")
    print(f"{file}: {file.stat().st_size / 1e6:.1f} MB, largest difference {difference:.1e}, SHA-256 {content['sha256']}")


if __name__ == "__main__":
    main()
