"""What schemathesis is told about this API: names that exist, and how many answers of which status came."""

import json
import os
import zlib

import schemathesis
from schemathesis import GenerationMode

with open(os.environ["FUZZ_KNOWN"], encoding="utf-8") as known:
    # parameter → values that exist in this plant; an invented name reaches only the look-up
    KNOWN = json.load(known)


def known(case, name):
    return KNOWN.get(f"{case.path.split('{')[0]}{name}") or KNOWN.get(name)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Half is asked of what is there, and nothing of what the fuzzer itself needs to go on, which answers have named."""
    name_what_is_there(case)
    parameters = dict(case.path_parameters or {})
    for name, value in parameters.items():
        if value in KNOWN["kept"]:
            parameters[name] = (known(case, name) or ["none"])[0]
    if parameters:
        case.path_parameters = parameters


def name_what_is_there(case):
    """Half of the well-formed requests name something that is there. The same case always gets the same name."""
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    parameters = dict(case.path_parameters or {})
    for name, value in parameters.items():
        values = known(case, name)
        digest = zlib.crc32(str(value).encode("utf-8", "replace"))
        if values and digest % 2 == 0:
            parameters[name] = values[digest // 2 % len(values)]
    if parameters:
        case.path_parameters = parameters
    if isinstance(case.body, dict):
        body = dict(case.body)
        for name, value in body.items():
            values = KNOWN.get(name)
            digest = zlib.crc32(str(value).encode("utf-8", "replace"))
            if values and digest % 2 == 0:
                body[name] = values[digest // 2 % len(values)]
        case.body = body


@schemathesis.hook
def after_call(context, case, response):
    with open(os.environ["FUZZ_COUNTS"], "a", encoding="utf-8") as counts:
        counts.write(f"{case.method.upper()}\t{case.path}\t{response.status_code}\t{int(response.elapsed * 1000)}\n")
