#!/usr/bin/env bash
# Deploys what programs depend on, with sources, Javadoc and bills of materials, to a folder that serves as a Maven
# repository: build.sh [FOLDER]. SLUICE_URL and SLUICE_SCM say where the project and its sources are.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
require_build_tools
is_built || build

repository=$(mkdir -p "${1:-$dist/maven}" && cd "${1:-$dist/maven}" && pwd)
rm -rf "${repository:?}"/*

maven=(
    mvn -B -q -Dstyle.color=never -f "$home/pom.xml" -Ppublish,bill -Dmaven.test.skip=true
    -Dproject.build.outputTimestamp="$(date --date="@$SOURCE_DATE_EPOCH" +%FT%TZ)"
    -Dmaven.compiler.useIncrementalCompilation=false # Else what is compiled is deleted and compiled again, amid what runs from it.
    -Dmaven.jar.forceCreation=true -Dmaven.source.forceCreation=true # Else jars of an earlier build are kept, with its times.
    -DaltDeploymentRepository="dist::file://$repository"
    -pl packaging/maven,hub/library,clients/client-java,frameworks/micrometer,frameworks/spring-boot -am
)
[ -z "${SLUICE_URL:-}" ] || maven+=(-Dsluice.url="$SLUICE_URL")
[ -z "${SLUICE_SCM:-}" ] || maven+=(-Dsluice.scm="$SLUICE_SCM")
JAVA_HOME=$java_home "${maven[@]}" deploy >&2

# They say when the files were deployed, and which versions this folder has; a repository makes them anew.
find "$repository" -name 'maven-metadata*' -delete
