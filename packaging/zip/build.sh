#!/usr/bin/env bash
# Makes sluice-VERSION.zip, for any system with a Java 25: it has the native libraries of all systems.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
require_tools zip:zip

name=sluice-$version
rm -rf "${staging:?}/$name" "$dist/$name.zip"
stage_home any "$staging/$name"
mkdir -p "$dist"
cd "$staging"
find "$name" -type f | sort | zip -q -9 -X -D -@ "$dist/$name.zip"
rm -rf "${staging:?}/$name"
