#!/bin/sh
# Asks three independent verifiers about sealed reports: pdfsig (poppler-utils), pyHanko and veraPDF.
# Each is used where it is installed or can be installed (pip, Maven); what is missing is named and skipped.
# Usage: test/independent/verify-report.sh plant-ca.pem REPORT.pdf...
# Exit code 1 where a verifier refuses a report, or accepts one with a flipped byte.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
trust=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

verdict() { # name, file, expected exit code, actual exit code
	if [ "$3" = "$4" ]; then echo "  as expected: $1"; else echo "  NOT as expected: $1 on $2"; failed=1; fi
}

flip() { # file, copy: changes the lowest bit of byte 5000
	cp "$1" "$2"
	byte=$(od -An -tu1 -j5000 -N1 "$1" | tr -d ' ')
	printf "\\$(printf '%03o' $((byte ^ 1)))" | dd of="$2" bs=1 seek=5000 conv=notrunc 2>/dev/null
}

by_pdfsig() { pdfsig -nocert "$1" 2>&1 | grep -q 'Signature is Valid' && pdfsig -nocert "$1" 2>&1 | grep -q 'Total document signed'; }
by_pyhanko() { "$work/venv/bin/pyhanko" sign validate --trust "$trust" --trust-replace --no-revocation-check --pretty-print "$1" 2>&1 | grep -q 'judged VALID'; }

has_pyhanko=yes
{ python3 -m venv "$work/venv" && "$work/venv/bin/pip" install -q pyHanko==0.38.0 pyhanko-cli==0.6.0; } >"$work/pip.log" 2>&1 || {
	has_pyhanko=no
	echo "pyHanko skipped: python3 with venv and pip could not install it"
}
has_vera=yes
mvn -q -f "$here/verapdf/pom.xml" dependency:copy-dependencies -DoutputDirectory="$work/verapdf" >"$work/mvn.log" 2>&1 || {
	has_vera=no
	echo "veraPDF skipped: Maven could not fetch it"
}
command -v pdfsig >/dev/null || echo "pdfsig skipped: install poppler-utils"

for report in "$@"; do
	echo "$report"
	flip "$report" "$work/flipped.pdf"
	if command -v pdfsig >/dev/null; then
		by_pdfsig "$report" && code=0 || code=1
		verdict "pdfsig accepts" "$report" 0 $code
		by_pdfsig "$work/flipped.pdf" && code=0 || code=1
		verdict "pdfsig refuses a flipped byte" "$report" 1 $code
	fi
	if [ $has_pyhanko = yes ]; then
		by_pyhanko "$report" && code=0 || code=1
		verdict "pyHanko accepts" "$report" 0 $code
		by_pyhanko "$work/flipped.pdf" && code=0 || code=1
		verdict "pyHanko refuses a flipped byte" "$report" 1 $code
	fi
	if [ $has_vera = yes ]; then
		java -cp "$work/verapdf/*" "$here/verapdf/ValidatePdfA.java" "$report" >"$work/vera.log" 2>/dev/null && code=0 || code=1
		verdict "veraPDF finds PDF/A-3b" "$report" 0 $code
		[ $code = 0 ] || cat "$work/vera.log"
	fi
done
exit $failed
