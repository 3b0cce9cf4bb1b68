#!/usr/bin/env bash
# Builds the documentation site in target/site, and packs it: build.sh [OLDER…]. Each OLDER is the built site of an older
# version, the newest first: it becomes /VERSION/ of the site, and an entry of its switch.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
require_tools node:nodejs npm:npm

if [ ! "$home/site/node_modules/.package-lock.json" -nt "$home/site/package-lock.json" ]; then
    (cd "$home/site" && npm ci --no-audit --no-fund --loglevel=error)
fi
node "$home/site/build.mjs" "$@"

folder=$staging/sluice-$version-site
rm -rf "$folder"
mkdir -p "$staging"
cp -R "$home/target/site" "$folder"
reproducible_tar "$folder" "$dist/sluice-$version-site.tar.gz"
