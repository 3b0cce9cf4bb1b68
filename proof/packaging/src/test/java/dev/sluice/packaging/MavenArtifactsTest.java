package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
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
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/// The Maven artifacts as programs get them: deployed to a folder, used by projects outside of this checkout whose
/// local
/// repository is empty at first. What is not Sluice's comes from where Maven gets it by default.
@Tag("long")
final class MavenArtifactsTest {
    /// Each depends on those before it, or on nothing.
    private static final List<String> JARS = List.of(
            "sluice-core",
            "sluice-storage",
            "sluice-server",
            "sluice",
            "sluice-micrometer",
            "sluice-client",
            "sluice-spring-boot-starter");

    /// Generous limits for a busy machine and a slow network.
    private static final Duration BUILD_MAX = Duration.ofMinutes(60);

    private static final int PROGRAM_SECONDS_MAX = 60;
    private static final int STREAMS = 10;
    private static final Duration STOP_MAX = Duration.ofSeconds(3);

    @TempDir
    private static Path folder;

    private static Path repository;
    private static String version;

    @BeforeAll
    static void deploy() throws Exception {
        repository = Packages.build("maven").resolve("maven");
        version = Packages.VERSION;
    }

    @Test
    void haveSourcesJavadocAndABillOfMaterials() throws IOException {
        List<String> expected = new ArrayList<>();
        for (String jar : JARS) {
            for (String end : List.of(".jar", ".pom", "-sources.jar", "-javadoc.jar", "-cyclonedx.json")) {
                expected.add("dev/sluice/" + jar + "/" + version + "/" + jar + "-" + version + end);
            }
        }
        expected.add("dev/sluice/sluice-bom/" + version + "/sluice-bom-" + version + ".pom");
        assertThat(files().filter(each -> !each.matches(".*\\.(md5|sha1)")))
                .as("nothing else, neither modules of the program nor tests")
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void haveTheirChecksums() throws Exception {
        for (String file :
                files().filter(each -> !each.matches(".*\\.(md5|sha1)")).toList()) {
            for (Map.Entry<String, String> each :
                    Map.of("MD5", ".md5", "SHA-1", ".sha1").entrySet()) {
                byte[] digest =
                        MessageDigest.getInstance(each.getKey()).digest(Files.readAllBytes(repository.resolve(file)));
                assertThat(repository.resolve(file + each.getValue()))
                        .content()
                        .isEqualToIgnoringWhitespace(HexFormat.of().formatHex(digest));
            }
        }
    }

    /// What repositories ask for, and nothing that only this build needs.
    @Test
    void havePomsThatStandAlone() throws Exception {
        for (String name : Stream.concat(JARS.stream(), Stream.of("sluice-bom")).toList()) {
            Element pom = pom(name);
            assertThat(elements(pom))
                    .as(name)
                    .contains("name", "description", "url", "licenses", "developers", "scm")
                    .doesNotContain("parent", "build", "properties", "profiles", "repositories");
            for (Element each : dependencies(pom)) {
                assertThat(text(each, "scope")).as(name).isIn("", "compile", "runtime", "provided");
                if (text(each, "groupId").equals("dev.sluice")) {
                    assertThat(text(each, "version").replace("${project.version}", version))
                            .isEqualTo(version);
                    assertThat(JARS).as(name).contains(text(each, "artifactId"));
                }
            }
        }
        assertThat(dependencies(pom("sluice-client")))
                .as("needs the JDK only")
                .extracting(each -> text(each, "scope"))
                .containsOnly("provided");
        assertThat(dependencies(pom("sluice-bom")))
                .extracting(each -> text(each, "groupId") + ":" + text(each, "artifactId"))
                .containsExactlyInAnyOrderElementsOf(
                        JARS.stream().map(each -> "dev.sluice:" + each).toList());
    }

    @Test
    void areUsedByProgramsOutsideOfThisCheckout() throws Exception {
        Path library = build("sluice", 25);
        Path client = build("sluice-client", 17);
        Path micrometer = build("sluice-micrometer", 25);

        assertThat(jars(client)).containsExactly("sluice-client-" + version + ".jar");
        Process hub = java(library);
        try (BufferedReader output = hub.inputReader()) {
            assertThat(output.readLine()).contains("hello from the program");
            String url = output.readLine();
            assertThat(output(client, url)).isEqualTo("hello from a client\n");
            hub.getOutputStream().close();
            assertThat(output.readAllLines()).containsExactly("closed");
            assertThat(hub.waitFor(PROGRAM_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
            assertThat(hub.exitValue()).isZero();
        } finally {
            hub.destroyForcibly().waitFor();
        }
        assertThat(output(micrometer)).isEqualTo("1.0\n");
    }

    /// The two samples, with one hub in an instance of the first: a client moves from one to the other.
    @Test
    void runApplicationsOfSpringBoot() throws Exception {
        Path mvc = sample("mvc");
        Path webflux = sample("webflux");
        for (Path jar : List.of(mvc, webflux)) {
            assertThat(versions(jar, "netty-common"))
                    .isEqualTo(versions(jar, "netty-codec-http2"))
                    .isNotEqualTo(List.of(found("netty.version")));
            assertThat(versions(jar, "jackson-databind")).hasSize(1).isNotEqualTo(List.of(found("jackson.version")));
        }

        int port = RunningProgram.freePort();
        String url = "sluice.url=http://localhost:" + port;
        try (SampleApplication hub = SampleApplication.start(mvc, mvc.getParent(), "sluice.embedded.port=" + port);
                SampleApplication first = SampleApplication.start(mvc, mvc.getParent(), url);
                SampleApplication second = SampleApplication.start(webflux, webflux.getParent(), url)) {
            for (SampleApplication each : List.of(hub, first, second)) {
                assertThat(each.health()).contains("\"sluice\":{\"status\":\"UP\"}");
            }
            String place;
            try (SampleApplication.Stream stream = first.stream("").awaitPosition()) {
                assertThat(first.order(1)).isEqualTo(200);
                assertThat(stream.next()).isEqualTo("{\"number\":1,\"customer\":\"Ann\"}");
                place = stream.lastEventId();
            }
            stopsQuicklyWithOpenStreams(first);
            assertThat(second.order(2)).isEqualTo(200);
            try (SampleApplication.Stream stream = second.stream(place)) {
                assertThat(stream.next()).contains("\"number\":2,");
                assertThat(second.order(3)).isEqualTo(200);
                assertThat(stream.next()).contains("\"number\":3,");
            }
            stopsQuicklyWithOpenStreams(second);
            stopsQuicklyWithOpenStreams(hub);
        }
    }

    private static void stopsQuicklyWithOpenStreams(SampleApplication application) throws Exception {
        for (int i = 0; i < STREAMS; i++) application.stream("").awaitPosition();
        assertThat(application.stop()).isLessThan(STOP_MAX);
    }

    /// Builds a copy of a sample, and returns its jar.
    private static Path sample(String name) throws Exception {
        Path project = folder.resolve("sample-" + name);
        Path original = Command.PROJECT.resolve("examples/spring-boot/" + name);
        run(folder, List.of("cp", "-r", original.toString(), project.toString()));
        run(folder, List.of("rm", "-rf", project + "/target"));
        Path settings = project.resolve("settings.xml");
        Files.writeString(
                settings,
                resource("settings.xml")
                        .replace("@repository@", repository.toUri().toString()));
        run(
                project,
                List.of(
                        "mvn",
                        "-B",
                        "-q",
                        "-gs", // The settings of the user stay.
                        settings.toString(),
                        "-Dmaven.repo.local=" + folder.resolve("local"),
                        "-Dsluice.version=" + version,
                        "package"));
        return project.resolve("target/orders-" + name + "-1.0.jar");
    }

    /// The versions in which an application has an artifact.
    private static List<String> versions(Path jar, String artifact) throws IOException {
        var name = Pattern.compile("BOOT-INF/lib/" + artifact + "-(\\d[^-]*)\\.jar");
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream()
                    .map(entry -> name.matcher(entry.getName()))
                    .filter(Matcher::matches)
                    .map(match -> match.group(1))
                    .toList();
        }
    }

    /// A property of this build.
    private static String found(String property) throws IOException {
        var matcher = Pattern.compile("<" + property + ">([^<]+)<")
                .matcher(Files.readString(Command.PROJECT.resolve("pom.xml")));
        assertThat(matcher.find()).as(property).isTrue();
        return matcher.group(1);
    }

    private static Path build(String artifact, int release) throws Exception {
        Path project = Files.createDirectory(folder.resolve("program-" + artifact));
        Path sources = Files.createDirectories(project.resolve("src/main/java"));
        Files.writeString(sources.resolve("Main.java"), resource(artifact + ".java"));
        String pom = resource("pom.xml")
                .replace("@artifact@", artifact)
                .replace("@version@", version)
                .replace("@release@", String.valueOf(release))
                .replace("@repository@", repository.toUri().toString());
        Files.writeString(project.resolve("pom.xml"), pom);
        Path local = folder.resolve("local");
        run(project, List.of("mvn", "-B", "-q", "-Dmaven.repo.local=" + local, "process-classes"));
        return project;
    }

    static String resource(String name) throws IOException {
        try (InputStream in = MavenArtifactsTest.class.getResourceAsStream("programs/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void run(Path in, List<String> words) throws Exception {
        Command.Ended ended = Command.run(in, BUILD_MAX, Map.of("JAVA_HOME", System.getProperty("java.home")), words);
        assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
    }

    private static List<String> jars(Path project) throws IOException {
        try (Stream<Path> jars = Files.list(project.resolve("target/lib"))) {
            return jars.map(each -> each.getFileName().toString()).toList();
        }
    }

    private static Process java(Path project, String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                "target/classes:target/lib/*",
                "Main"));
        words.addAll(List.of(arguments));
        return new ProcessBuilder(words)
                .directory(project.toFile())
                .redirectErrorStream(true) // No warning of the JVM either.
                .start();
    }

    private static String output(Path project, String... arguments) throws Exception {
        Process program = java(project, arguments);
        try (BufferedReader output = program.inputReader()) {
            assertThat(program.waitFor(PROGRAM_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
            return output.readAllAsString();
        } finally {
            program.destroyForcibly().waitFor();
        }
    }

    /// The files of the repository, relative to it.
    private static Stream<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(repository)) {
            return all.filter(Files::isRegularFile).map(repository::relativize).map(Path::toString).toList().stream();
        }
    }

    private static Element pom(String name) throws Exception {
        Path file = repository.resolve("dev/sluice/" + name + "/" + version + "/" + name + "-" + version + ".pom");
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file.toFile())
                .getDocumentElement();
    }

    private static List<String> elements(Element of) {
        List<String> names = new ArrayList<>();
        for (Node each = of.getFirstChild(); each != null; each = each.getNextSibling()) {
            if (each instanceof Element element) names.add(element.getTagName());
        }
        return names;
    }

    private static List<Element> dependencies(Element pom) {
        List<Element> found = new ArrayList<>();
        var all = pom.getElementsByTagName("dependency");
        for (int i = 0; i < all.getLength(); i++) found.add((Element) all.item(i));
        return found;
    }

    private static String text(Element of, String name) {
        var found = of.getElementsByTagName(name);
        return found.getLength() == 0 ? "" : found.item(0).getTextContent();
    }
}
