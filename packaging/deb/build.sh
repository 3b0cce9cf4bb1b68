#!/usr/bin/env bash
# The Debian package of each architecture whose runtime is there: target/dist/sluice_VERSION-REVISION_ARCHITECTURE.deb.
# DEB_REVISION is the number of the package among those of one version; 1 by default.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
require_tools dpkg-deb:dpkg

readonly here=$packaging/deb
readonly deb_version=${version/-/\~}-${DEB_REVISION:-1} # 1.0.0~rc.1 is older than 1.0.0.

# Packs FILE as gzip at TO, without its name and time.
compress() {
    mkdir -p "$(dirname "$2")"
    gzip --best --no-name <"$1" >"$2"
}

# Fills a folder with what the package installs.
fill() {
    local platform=$1 root=$2 prefix=$2/usr/lib/sluice docs=$2/usr/share/doc/sluice each
    stage_home "$platform" "$prefix"
    mkdir -p "$docs" "$root/usr/bin" "$root/usr/lib/systemd/system" "$root/etc/default" "$root/etc/sluice"
    for each in "$prefix"/*; do
        case ${each##*/} in
            bin | conf | lib | runtime | share | LICENSE) ;;
            *) mv "$each" "$docs/" ;; # Notices, licences, the bill of materials.
        esac
    done
    compress "$prefix/share/man/man1/sluice.1" "$root/usr/share/man/man1/sluice.1.gz"
    mkdir -p "$root/usr/share/bash-completion/completions" "$root/usr/share/lintian/overrides"
    sed '1{/^#!/d}' "$prefix/share/bash-completion/completions/sluice" >"$root/usr/share/bash-completion/completions/sluice"
    ln -s ../lib/sluice/bin/sluice "$root/usr/bin/sluice"
    cp "$home/examples/deploy/sluice.service" "$root/usr/lib/systemd/system/"
    cp "$here/default" "$root/etc/default/sluice"
    # It may have secrets: postinst lets the hub's group read it. Short, as a change of the package's file would make
    # each upgrade ask whoever has changed theirs.
    install -m 0640 "$here/sluice.toml" "$root/etc/sluice/sluice.toml"
    cp "$here/copyright" "$docs/copyright"
    changelog | compress /dev/stdin "$docs/changelog.Debian.gz"
    cp "$here/lintian-overrides" "$root/usr/share/lintian/overrides/sluice"
    rm -r "$prefix"/{share,conf,LICENSE}
    find "$prefix" -name '*.so' -exec chmod 0644 {} +
}

changelog() {
    printf 'sluice (%s) unstable; urgency=medium\n\n  * Release %s. Its changes are in CHANGELOG.md of the sources.\n\n' \
        "$deb_version" "$version"
    printf ' -- %s  %s\n' "$(sed -n 's/^Maintainer: //p' "$here/control")" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")"
}

# Fills the folder of the package's own files.
describe() {
    local architecture=$1 root=$2 kilobytes script
    kilobytes=$(find "$root" -printf '%y %s\n' | awk '{ sum += $1 == "f" ? int(($2 + 1023) / 1024) : 1 } END { print sum }')
    mkdir -p "$root/DEBIAN"
    sed "s/@VERSION@/$deb_version/; s/@ARCHITECTURE@/$architecture/; s/@SIZE@/$kilobytes/" "$here/control" >"$root/DEBIAN/control"
    (cd "$root" && find etc -type f -printf '/%p\n' | sort) >"$root/DEBIAN/conffiles"
    (cd "$root" && find . -type f ! -path './DEBIAN/*' ! -path './etc/*' -printf '%P\0' | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
    for script in postinst prerm postrm; do
        install -m 0755 "$here/$script" "$root/DEBIAN/$script"
    done
}

build() {
    local platform=$1 architecture=$2 root=$staging/deb-$2
    rm -rf "$root"
    mkdir -p "$root" "$dist"
    fill "$platform" "$root"
    if [ ! -x "$root/usr/lib/sluice/runtime/bin/java" ]; then
        echo "packaging: no package for $architecture, whose runtime was not given" >&2
        rm -r "$root"
        return
    fi
    describe "$architecture" "$root"
    set_times "$root"
    # One thread: the number of threads shows in the bytes.
    dpkg-deb --root-owner-group -Zxz --threads-max=1 --build "$root" "$dist/sluice_${deb_version}_$architecture.deb" >&2
    rm -r "$root"
}

build linux-x64 amd64
build linux-arm64 arm64
