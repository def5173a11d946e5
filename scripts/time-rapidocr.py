"""Times RapidOCR as its authors ship it: `npm run bench -- FILES --against rapidocr` talks to it.

Reads one path a line from standard input and answers one JSON line: {"ms": milliseconds, "lines": lines read}.
The file's bytes are in memory before the clock starts; decoding is timed, as it is for vinspect.
Needs Python 3.11 with the package rapidocr-onnxruntime==1.4.4. The argument is the number of threads.
"""

import json
import sys
import time

try:
    from rapidocr_onnxruntime import RapidOCR
except ImportError as error:
    sys.exit(f"{error}: pip install rapidocr-onnxruntime==1.4.4")

threads = int(sys.argv[1])
engine = RapidOCR(intra_op_num_threads=threads, inter_op_num_threads=1)
for path in sys.stdin:
    with open(path.rstrip("\n"), "rb") as file:
        picture = file.read()
    start = time.perf_counter()
    found, _ = engine(picture)
    milliseconds = (time.perf_counter() - start) * 1000
    print(json.dumps({"ms": milliseconds, "lines": len(found or [])}), flush=True)
