#!/usr/bin/env bash
# Makes the archives for Linux: sluice-VERSION-linux-x64.tar.gz, and -linux-arm64.tar.gz, which has a Java runtime if
# SLUICE_JMODS_ARM64 names the jmods of a JDK for it of the same version as the one that builds.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

for arch in linux-x64 linux-arm64; do
    name=sluice-$version-$arch
    rm -rf "$staging/$name"
    stage_home "$arch" "$staging/$name"
    reproducible_tar "$staging/$name" "$dist/$name.tar.gz"
    rm -rf "$staging/$name"
done
