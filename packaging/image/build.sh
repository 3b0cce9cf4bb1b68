#!/usr/bin/env bash
# The image for amd64 and arm64, without a daemon and without another image: target/dist/sluice-VERSION-image.tar, an
# archive of an OCI image layout. Its system is the few Debian packages that the program needs, from this machine's
# sources of packages: SLUICE_DEBIAN_SOURCES names the file that lists them.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
require_tools apt-get:apt dpkg-deb:dpkg gzip:gzip

readonly here=$packaging/image
readonly layout=$staging/image/layout
readonly blobs=$layout/blobs/sha256
readonly types=application/vnd.oci.image

# What the JVM and the libraries are linked to, a shell for the launcher, and a locale with UTF-8. Java brings its own
# time zones and certificate authorities.
readonly DEBIAN_PACKAGES='base-files dash libc-bin libc6 libgcc-s1 libstdc++6'

created=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
readonly created

# Prints the file that lists this machine's sources of Debian packages.
debian_sources() {
    local each
    for each in "${SLUICE_DEBIAN_SOURCES:-}" /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do
        [ ! -s "$each" ] || { echo "$each" && return; }
    done
    fail "no file lists sources of Debian packages: set SLUICE_DEBIAN_SOURCES."
}

# Downloads the packages of an architecture into a folder, without touching this machine's own lists of packages.
download() {
    local architecture=$1 folder=$2 state=$home/target/debian/$1 sources
    sources=$(debian_sources)
    rm -rf "$folder" "$state/parts"
    mkdir -p "$folder" "$state"/{lists,archives}/partial "$state/parts"
    : >"$state/status"
    ln -sf "$sources" "$state/parts/"
    cat >"$state/apt.conf" <<END
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Sandbox::User "$(id -un)";
Acquire::Languages "none";
Dir::State "$state";
Dir::State::status "$state/status";
Dir::Cache "$state";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$state/parts";
END
    export APT_CONFIG=$state/apt.conf
    apt-get -qq update
    # shellcheck disable=SC2086
    (cd "$folder" && apt-get -qq download $DEBIAN_PACKAGES "$(gcc_base)")
    unset APT_CONFIG
}

# Prints the name of the package with the licence of GCC's libraries, which changes with GCC.
gcc_base() {
    apt-cache show --no-all-versions libgcc-s1 | sed -nE 's/^Depends:.*(gcc-[0-9]+-base).*/\1/p'
}

# Fills a folder with the system of an architecture.
fill_system() {
    local architecture=$1 root=$2 packages=$staging/image/packages-$1 package name paths
    download "$architecture" "$packages"
    mkdir -p "$root"/{etc,data,dev,proc,root,run,sys,tmp,usr/bin,usr/lib,usr/lib64,var/lib/dpkg/status.d}
    ln -s usr/bin "$root/bin"
    ln -s usr/lib "$root/lib"
    ln -s usr/lib64 "$root/lib64"
    for package in "$packages"/*.deb; do
        name=$(dpkg-deb --field "$package" Package)
        case $name in
            base-files) paths=(./etc/os-release ./usr/lib/os-release ./usr/share/common-licenses ./usr/share/doc) ;;
            libc-bin) paths=(./usr/lib/locale/C.utf8 ./usr/share/doc) ;;
            *) paths=(.) ;;
        esac
        dpkg-deb --fsys-tarfile "$package" | tar --directory="$root" --extract --keep-directory-symlink --no-same-owner \
            --no-same-permissions --exclude-from="$here/not-needed" "${paths[@]}"
        dpkg-deb --field "$package" >"$root/var/lib/dpkg/status.d/$name" # Tells scanners what is here.
    done
    [ -e "$root/bin/sh" ] || ln -s dash "$root/bin/sh"
    cp "$here"/etc/* "$root/etc/"
    mkdir -p "$root/etc/sluice"
    find "$root" -type d -exec chmod 0755 {} +
    chmod 1777 "$root/tmp"
    chmod 0770 "$root/data" # Of group 0, which a user with any number has on some platforms.
}

# Prints the path of a new blob with the content of the standard input, which is named by its digest.
blob() {
    local file digest
    file=$(mktemp -p "$layout")
    cat >"$file"
    digest=$(sha256sum <"$file")
    chmod 0644 "$file"
    mv "$file" "$blobs/${digest%% *}"
    echo "$blobs/${digest%% *}"
}

# Adds a folder's content as a layer of the image that is being made.
add_layer() {
    local root=$1 tar=$staging/image/layer.tar file digest
    tar --directory="$root" --sort=name --format=posix --pax-option='exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime' \
        --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --create . >"$tar"
    digest=$(sha256sum <"$tar")
    file=$(gzip --best --no-name <"$tar" | blob)
    diff_ids+=("\"sha256:${digest%% *}\"")
    layers+=("$(descriptor "$types.layer.v1.tar+gzip" "$file")")
    rm "$tar"
}

# Prints how one blob names another: descriptor TYPE FILE [MEMBERS].
descriptor() {
    printf '{"mediaType":"%s","digest":"sha256:%s","size":%d%s}' "$1" "$(basename "$2")" "$(stat -c %s "$2")" "${3:-}"
}

join() {
    local IFS=,
    echo "$*"
}

# Makes the image of one architecture; adds it to manifests.
add_image() {
    local platform=$1 architecture=$2 root=$staging/image/$2 layers=() diff_ids=() config manifest
    rm -rf "$root"
    fill_system "$architecture" "$root/system"
    add_layer "$root/system"
    mkdir -p "$root/program/opt"
    stage_home "$platform" "$root/program/opt/sluice"
    rm -rf "$root/program/opt/sluice/share"
    "$packaging/notices/stage.sh" "$root/program/opt/sluice" "$root/system"
    add_layer "$root/program"
    config=$(config "$architecture" | blob)
    manifest=$(printf '{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}' "$types.manifest.v1+json" \
        "$(descriptor "$types.config.v1+json" "$config")" "$(join "${layers[@]}")" | blob)
    manifests+=("$(descriptor "$types.manifest.v1+json" "$manifest" \
        ",\"platform\":{\"architecture\":\"$architecture\",\"os\":\"linux\"}")")
    rm -rf "$root"
}

# Prints the configuration of an image, whose layers are in diff_ids.
config() {
    sed "s|@ARCHITECTURE@|$1|; s|@CREATED@|$created|; s|@VERSION@|$version|; s|@REVISION@|$revision|; s|@LAYERS@|$(join "${diff_ids[@]}")|" \
        "$here/config.json"
}

revision=$(git -C "$home" rev-parse HEAD 2>/dev/null || echo unknown)
rm -rf "$staging/image"
mkdir -p "$blobs" "$dist"
manifests=()
add_image linux-x64 amd64
add_image linux-arm64 arm64
index=$(printf '{"schemaVersion":2,"mediaType":"%s","manifests":[%s]}' "$types.index.v1+json" "$(join "${manifests[@]}")" | blob)
names=",\"annotations\":{\"io.containerd.image.name\":\"docker.io/library/sluice:$version\",\"org.opencontainers.image.ref.name\":\"$version\"}"
printf '{"schemaVersion":2,"mediaType":"%s","manifests":[%s]}' "$types.index.v1+json" \
    "$(descriptor "$types.index.v1+json" "$index" "$names")" >"$layout/index.json"
printf '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
(cd "$layout" && tar --sort=name --format=ustar --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" \
    --create blobs index.json oci-layout) >"$dist/sluice-$version-image.tar"
rm -rf "$staging/image"
