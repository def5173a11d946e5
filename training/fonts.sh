#!/usr/bin/env bash
# Fetches the marking fonts named in fonts.txt (packages @expo-google-fonts/*, open licences) into a folder.
set -euo pipefail
list=$(cd "$(dirname "$0")" && pwd)/fonts.txt
mkdir -p "$1"
cd "$1"
for font in $(cat "$list"); do
	archive=$(npm pack --silent "@expo-google-fonts/$font")
	tar tzf "$archive" | grep -E '(400Regular|500Medium|700Bold)[^/]*\.ttf$' | grep -vi italic |
		tar xzf "$archive" --strip-components=2 -T - || echo "$font: no such weights" >&2
	rm "$archive"
done
ls ./*.ttf | wc -l
