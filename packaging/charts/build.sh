#!/usr/bin/env bash
# Packs the Helm chart, sluice-VERSION.tgz as `helm package` names it, and sluice-VERSION-manifests.tar.gz with the files
# for kustomize and compose.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

rm -rf "$staging/charts"
mkdir -p "$staging/charts/sluice-$version-manifests"
cp -R "$packaging/kubernetes" "$packaging/helm" "$packaging/compose" "$staging/charts/sluice-$version-manifests/"
reproducible_tar "$packaging/helm/sluice" "$staging/charts/chart.tar.gz"
mv "$staging/charts/chart.tar.gz" "$dist/sluice-$version.tgz"
reproducible_tar "$staging/charts/sluice-$version-manifests" "$dist/sluice-$version-manifests.tar.gz"
rm -rf "$staging/charts"
