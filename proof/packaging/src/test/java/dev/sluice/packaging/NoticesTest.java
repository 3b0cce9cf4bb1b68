package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The bill of materials, the notices and the licences in a program folder, compared with the folder's files.
@Tag("long")
final class NoticesTest {
    private static final Duration BUILD_MAX = Duration.ofMinutes(60);
    private static final String VENDORED = "dev/sluice/server/page/vendor/";
    private static final String NATIVE = ".*\\.(so|dll|dylib|jnilib|a)";

    @TempDir
    private Path home;

    private JsonNode bill;

    @ParameterizedTest
    @ValueSource(strings = {"linux-x64", "linux-arm64", "any"})
    void namesEachFileOnceWithItsVersionAndLicence(String architecture) throws Exception {
        stage(architecture);
        List<String> shipped = shipped();
        List<String> listed = new ArrayList<>();
        for (JsonNode component : bill.path("components")) {
            String name = component.path("name").asString();
            assertThat(component.path("version").asString()).as(name).isNotEmpty();
            assertThat(component.path("licenses")).as(name).isNotEmpty();
            for (JsonNode each : component.path("evidence").path("occurrences")) {
                String location = each.path("location").asString();
                if (component.has("hashes") || location.equals("runtime")) listed.add(location);
                if (component.has("hashes")) {
                    assertThat(component.path("hashes").path(0).path("content").asString())
                            .as(location)
                            .isEqualTo(sha256(bytes(location)));
                } else {
                    assertThat(location.equals("runtime") || bytes(location).length > 0)
                            .isTrue();
                }
            }
        }
        assertThat(listed).containsExactlyInAnyOrderElementsOf(shipped);
        assertThat(new JsonParser().validate(home.resolve("sbom.cdx.json").toFile(), Version.VERSION_16))
                .as("CycloneDX's schema")
                .isEmpty();
        comparesPartsWithWhatTheySayThemselves();
        namesTheRuntime();
        hasTheLicencesAndNotices();
    }

    private void stage(String architecture) throws Exception {
        String script = ". packaging/lib.sh && stage_home \"$1\" \"$2\"";
        Command.Ended ended = Command.run(
                Command.PROJECT,
                BUILD_MAX,
                Map.of("JAVA_HOME", System.getProperty("java.home")),
                List.of("bash", "-c", script, "stage", architecture, home.toString()));
        assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
        bill = JsonMapper.shared().readTree(home.resolve("sbom.cdx.json").toFile());
    }

    /// All jars, native libraries in and beside them, and the Java runtime.
    private List<String> shipped() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path each : files(home.resolve("lib"))) {
            String place = home.relativize(each).toString();
            if (place.endsWith(".jar")) {
                found.add(place);
                for (String name : entries(each)) if (name.matches(NATIVE)) found.add(place + "!/" + name);
            } else if (place.matches(NATIVE)) {
                found.add(place);
            }
        }
        if (Files.exists(home.resolve("runtime"))) found.add("runtime");
        return found;
    }

    /// What `parts.json` says of vendored scripts and of libraries inside native ones.
    private void comparesPartsWithWhatTheySayThemselves() throws IOException {
        var vendored = new TreeSet<String>();
        for (String name : entries(jar("sluice-server-"))) if (name.startsWith(VENDORED)) vendored.add(name);
        var listed = new TreeSet<String>();
        for (JsonNode component : bill.path("components")) {
            if (!component.path("purl").asString().startsWith("pkg:npm/")) continue;
            for (JsonNode each : component.path("evidence").path("occurrences")) {
                String place = each.path("location").asString();
                listed.add(place.substring(place.indexOf("!/") + 2));
                String header = new String(bytes(place), StandardCharsets.UTF_8)
                        .lines()
                        .findFirst()
                        .orElseThrow();
                assertThat(header)
                        .containsIgnoringCase(component.path("name").asString() + " ")
                        .contains(component.path("version").asString());
            }
        }
        assertThat(listed).isEqualTo(vendored).isNotEmpty();

        try (var tcnative = new ZipFile(jar("netty-tcnative-boringssl-static-").toFile())) {
            var manifest =
                    new java.util.jar.Manifest(tcnative.getInputStream(tcnative.getEntry("META-INF/MANIFEST.MF")));
            assertThat(version("boringssl"))
                    .isEqualTo(manifest.getMainAttributes().getValue("BoringSSL-Revision"));
            assertThat(version("apr")).isEqualTo(manifest.getMainAttributes().getValue("Apr-Version"));
        }
        assertThat(version("sqlite-jdbc")).startsWith(version("sqlite") + ".");
        try (Stream<Path> all = Files.list(home.resolve("lib"))) {
            for (Path each : all.filter(file -> file.getFileName().toString().startsWith("librocksdbjni-"))
                    .toList()) {
                assertThat(Files.readString(each, StandardCharsets.ISO_8859_1))
                        .contains(
                                " deflate " + version("zlib") + " Copyright",
                                version("bzip2") + ", 13-Jul-2019",
                                "/snappy-" + version("snappy") + "/",
                                "/zstd-" + version("zstd") + "/");
            }
        }
    }

    private void namesTheRuntime() throws IOException {
        Path file = home.resolve("runtime/release");
        if (!Files.exists(file)) return;
        var release = new Properties();
        try (var in = Files.newBufferedReader(file)) {
            release.load(in);
        }
        assertThat('"' + version("openjdk") + '"')
                .isIn(release.getProperty("JAVA_RUNTIME_VERSION"), release.getProperty("JAVA_VERSION"));
    }

    private void hasTheLicencesAndNotices() throws IOException {
        String list = Files.readString(home.resolve("licenses/README.txt"));
        for (JsonNode component : bill.path("components")) {
            assertThat(list)
                    .contains("\n" + component.path("name").asString() + " "
                            + component.path("version").asString() + "\n");
        }
        for (Path each : files(home.resolve("licenses"))) {
            assertThat(each).isNotEmptyFile();
            String name = each.getFileName().toString();
            if (!name.equals("README.txt")) assertThat(list).contains(name);
        }
        assertThat(home.resolve("NOTICE"))
                .content()
                .startsWith(Files.readString(Command.PROJECT.resolve("NOTICE")))
                .contains("Apache Ratis", "The Netty Project", "Jackson JSON processor");
        assertThat(home.resolve("LICENSE")).hasSameTextualContentAs(Command.PROJECT.resolve("LICENSE"));
    }

    private String version(String component) {
        var versions = new TreeSet<String>();
        for (JsonNode each : bill.path("components")) {
            if (each.path("name").asString().equals(component))
                versions.add(each.path("version").asString());
        }
        assertThat(versions).as(component).hasSize(1);
        return versions.first();
    }

    private Path jar(String prefix) throws IOException {
        try (Stream<Path> all = Files.list(home.resolve("lib"))) {
            return all.filter(each -> each.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static List<Path> files(Path of) throws IOException {
        try (Stream<Path> all = Files.walk(of)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static List<String> entries(Path jar) throws IOException {
        try (var zip = new ZipFile(jar.toFile())) {
            return zip.stream()
                    .filter(each -> !each.isDirectory())
                    .map(ZipEntry::getName)
                    .toList();
        }
    }

    /// The contents of a place: a file of the folder, or `lib/a.jar!/entry`.
    private byte[] bytes(String place) throws IOException {
        String[] parts = place.split("!/", 2);
        if (parts.length == 1) return Files.readAllBytes(home.resolve(place));
        try (var jar = new ZipFile(home.resolve(parts[0]).toFile());
                InputStream in = jar.getInputStream(jar.getEntry(parts[1]))) {
            return in.readAllBytes();
        }
    }

    private static String sha256(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }
}
