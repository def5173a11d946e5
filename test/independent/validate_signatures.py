"""Validates PDF signatures with pyHanko: `validate_signatures.py ROOTS.pem FILE...`

Prints one line a file: name, a verdict for each signature, or why the file can't be read. The verdict is pyHanko's
bottom line: integrity, trust, time stamp, and whether later revisions do only what the certification allows.
"""

import sys

from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext


def verdicts(path: str, roots: list) -> str:
    with open(path, "rb") as file:
        signatures = PdfFileReader(file).embedded_signatures
        if not signatures:
            return "no signature"
        said = []
        for signature in signatures:
            context = ValidationContext(trust_roots=roots, revocation_mode="soft-fail")
            status = validate_pdf_signature(
                signature, signer_validation_context=context, ts_validation_context=context
            )
            stamp = ", stamped" if status.timestamp_validity is not None else ""
            said.append(("VALID" if status.bottom_line else "INVALID") + stamp)
        return "; ".join(said)


def main() -> None:
    roots = list(load_certs_from_pemder([sys.argv[1]]))
    for path in sys.argv[2:]:
        try:
            said = verdicts(path, roots)
        except Exception as refused:  # a verifier that can't read the file refuses it
            said = "unreadable: " + str(refused).splitlines()[0][:120]
        print(path, said, sep="\t", flush=True)


main()
