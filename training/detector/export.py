"""
Writes the whole detector as one ONNX file beside its contract: grey -> features -> trained head.

    python -m training.detector.export --weights FILE --model models/vision/witness-detection
"""

import argparse
import hashlib
import io
import json
from pathlib import Path

import numpy as np
import onnx
import onnxslim
import torch
from onnx import TensorProto, compose, helper, numpy_helper, version_converter

from .features import DEVIATION, MEAN, OUTPUTS, feature_graph
from .kinds import EDGE_UNIT, GROUP_OF_KIND, KINDS, STRIDE
from .network import Head

OPSET = 17
# Samples are 256 pixels wide: what fills a picture is seen at that scale, small lines at the larger one.
LONG_SIDES = [256, 384]
# The contract's: grey enters as (value / 255 - 0.5) / 0.5, so that filling up with 0 is mid-grey.
GREY_MEAN, GREY_DEVIATION = 0.5, 0.5


def grey_graph() -> onnx.ModelProto:
    """Grey as the contract has it -> three channels as the features want them."""
    shape = ["batch", 3, "rows", "columns"]
    factor = numpy_helper.from_array((GREY_DEVIATION / DEVIATION)[None].astype(np.float32), "factor")
    offset = numpy_helper.from_array(((GREY_MEAN - MEAN) / DEVIATION)[None].astype(np.float32), "offset")
    nodes = [
        helper.make_node("Mul", ["picture", "factor"], ["scaled"]),
        helper.make_node("Add", ["scaled", "offset"], ["colours"]),
    ]
    graph = helper.make_graph(
        nodes,
        "grey",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["batch", 1, "rows", "columns"])],
        [helper.make_tensor_value_info("colours", TensorProto.FLOAT, shape)],
        [factor, offset],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)


def head_graph(weights: Path) -> onnx.ModelProto:
    head = Head().eval()
    head.load_state_dict(torch.load(weights, map_location="cpu"))
    names = [f"feature{i}" for i in range(len(OUTPUTS))]
    samples = tuple(torch.randn(1, c, 256 // s, 256 // s) for c, s in OUTPUTS.values())
    axes = {name: {0: "batch", 2: f"{name}_rows", 3: f"{name}_columns"} for name in (*names, "maps")}
    buffer = io.BytesIO()
    torch.onnx.export(
        head, samples, buffer, input_names=names, output_names=["maps"], dynamic_axes=axes, opset_version=OPSET,
        dynamo=False,
    )
    return onnx.load_from_string(buffer.getvalue())


def whole_graph(weights: Path) -> onnx.ModelProto:
    features = version_converter.convert_version(feature_graph(), OPSET)
    head = head_graph(weights)
    for part in (features, head):
        part.ir_version = 9
    features = compose.add_prefix(features, "text/")
    head = compose.add_prefix(head, "head/")
    seen = compose.merge_models(grey_graph(), features, [("colours", features.graph.input[0].name)])
    # The order of OUTPUTS is the order of the head's arguments.
    links = [(f"text/{name}", f"head/feature{i}") for i, name in enumerate(OUTPUTS)]
    whole = onnxslim.slim(compose.merge_models(seen, head, links))
    onnx.checker.check_model(whole)
    return whole


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--weights", type=Path, required=True)
    arguments.add_argument("--model", type=Path, default=Path("models/vision/witness-detection"))
    chosen = arguments.parse_args()
    chosen.model.mkdir(parents=True, exist_ok=True)
    data = whole_graph(chosen.weights).SerializeToString()
    (chosen.model / "witness-detection.onnx").write_bytes(data)
    path = chosen.model / "contract.json"
    former = json.loads(path.read_text())["output"]["kinds"] if path.exists() else []
    limits = {k["kind"]: (k["reported"], k["sure"]) for k in former}
    contract = {
        "name": chosen.model.name,
        "task": "witness-detection",
        "weights": {"file": "witness-detection.onnx"},
        "sha256": hashlib.sha256(data).hexdigest(),
        "input": {"mean": GREY_MEAN, "deviation": GREY_DEVIATION, "longSides": LONG_SIDES, "sideMultiple": 32},
        "output": {
            "stride": STRIDE,
            "edgeUnit": EDGE_UNIT,
            "kinds": [
                dict(zip(("kind", "group", "reported", "sure"), (k, g, *limits.get(k, (0.3, 0.5))), strict=True))
                for k, g in zip(KINDS, GROUP_OF_KIND, strict=True)
            ],
        },
    }
    path.write_text(json.dumps(contract, indent="\t") + "\n")
    print(f"{len(data) / 1e6:.2f} MB, {contract['sha256']}")


if __name__ == "__main__":
    main()
