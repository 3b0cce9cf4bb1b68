#!/usr/bin/env bash
# Packs clients/client-js as the npm package sluice-client, with its bill of materials: build.sh [FOLDER]
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
require_tools node:nodejs npm:npm

out=$(mkdir -p "${1:-$dist}" && cd "${1:-$dist}" && pwd)
client=$home/clients/client-js
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# npm packs files with their modes, which a checkout has from the umask of whoever made it.
mkdir -p "$folder/dist"
install -m 644 "$client"/{package.json,sluice.d.ts,README.md,README.zh-CN.md} "$home/LICENSE" "$folder"
install -m 644 "$client"/dist/* "$folder/dist"
# Links that leave the package lead nowhere: only their text is kept.
sed -E -i 's/\[([^]]*)\]\(\.\.\/[^)]*\)/\1/g' "$folder"/README*.md

name=$(cd "$folder" && npm pack --silent --ignore-scripts --pack-destination "$out")

sum=$(sha256sum "$out/$name")
purl=pkg:npm/sluice-client@$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$client/package.json")
cat >"$out/$name.cdx.json" <<END
{
  "bomFormat": "CycloneDX",
  "specVersion": "1.6",
  "version": 1,
  "metadata": {
    "timestamp": "$(date --date="@$SOURCE_DATE_EPOCH" +%FT%TZ)",
    "component": {
      "type": "library",
      "bom-ref": "$purl",
      "name": "sluice-client",
      "version": "${purl#*@}",
      "hashes": [{ "alg": "SHA-256", "content": "${sum%% *}" }],
      "licenses": [{ "license": { "id": "Apache-2.0" } }],
      "purl": "$purl"
    }
  },
  "components": [],
  "dependencies": [{ "ref": "$purl", "dependsOn": [] }]
}
END
