package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.Event;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SubscribeRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The applications of `examples/jvm`, as projects outside of this checkout, with the packed artifacts. Maven's local
/// repository is kept for the next run, except for Sluice.
@Tag("long")
final class JvmFrameworksTest {
    private static final Path LOCAL = Path.of("target/frameworks-repository").toAbsolutePath();
    private static final Duration BUILD_MAX = Duration.ofMinutes(60);
    private static final int STREAMS = 10;
    private static final Duration STOP_MAX = Duration.ofSeconds(3);

    /// What is in the projects for Sluice.
    private static final Pattern OF_SLUICE = Pattern.compile(
            "<netty\\.version>.*?</netty\\.version>|<dependency>\\s*<groupId>(dev\\.sluice|io\\.netty|tools\\.jackson"
                    + "|com\\.fasterxml\\.jackson\\.core)</groupId>.*?</dependency>",
            Pattern.DOTALL);

    /// How to run the applications of each, and what they print when they accept requests.
    enum Framework {
        QUARKUS("quarkus.http.port", "Installed features", "-jar", "target/quarkus-app/quarkus-run.jar"),
        MICRONAUT("micronaut.server.port", "Startup completed", "-jar", "target/orders-micronaut-1.0.jar"),
        HELIDON("server.port", "Started all channels", "-jar", "target/orders-helidon.jar"),
        JAKARTA("port", "Starting ProtocolHandler", "-cp", "target/lib/*", "example.Main");

        private final String portProperty;
        private final String started;
        private final List<String> program;

        Framework(String portProperty, String started, String... program) {
            this.portProperty = portProperty;
            this.started = started;
            this.program = List.of(program);
        }

        /// The folders of the shop and the warehouse, which are one application except with Quarkus.
        private List<String> folders() {
            return this == QUARKUS ? List.of("shop", "warehouse") : List.of("");
        }

        /// True if an application with a hub has this artifact of the framework in another version.
        private boolean changes(String artifact) {
            return this == MICRONAUT
                    && artifact.matches("io\\.netty:.*|com\\.fasterxml\\.jackson\\.core:jackson-annotations:.*");
        }
    }

    private static Path repository;

    @TempDir
    private Path folder;

    @BeforeAll
    static void pack() throws Exception {
        repository = Packages.build("maven").resolve("maven");
        run(Path.of("/"), "rm", "-rf", LOCAL + "/dev/sluice");
    }

    @ParameterizedTest
    @EnumSource
    void publishesReceivesAndStops(Framework framework) throws Exception {
        Path copy = copy(framework);
        for (String each : framework.folders()) maven(copy.resolve(each), "package");
        int port = RunningProgram.freePort();
        int hubPort = RunningProgram.freePort();
        List<RunningProgram> applications = new ArrayList<>();
        try (SluiceClient subscribers = SluiceClient.to("http://localhost:" + hubPort)) {
            for (String each : framework.folders()) {
                applications.add(RunningProgram.start(command(framework, copy.resolve(each), port, hubPort)));
            }
            for (RunningProgram each : applications) each.await(framework.started);
            CountDownLatch arrived = new CountDownLatch(2 * STREAMS);
            for (int i = 0; i < STREAMS; i++) {
                subscribers.follow(SubscribeRequest.to("orders", "packed").fromEarliest(), message -> {
                    if (message instanceof Event event && event.text().equals("tea")) arrived.countDown();
                });
            }

            post("http://localhost:" + (framework == Framework.QUARKUS ? hubPort : port) + "/orders");
            applications.getLast().await("To pack: tea");
            post("http://localhost:" + port + "/packed");
            applications.getFirst().await("Packed: tea");

            assertThat(arrived.await(60, TimeUnit.SECONDS)).isTrue();
            for (RunningProgram each : applications.reversed()) {
                assertThat(each.stop()).isLessThan(STOP_MAX);
            }
        } finally {
            applications.forEach(RunningProgram::close);
        }
    }

    private static List<String> command(Framework framework, Path project, int port, int hubPort) {
        List<String> words = new ArrayList<>(List.of(
                "env",
                "--chdir=" + project,
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "-D" + framework.portProperty + "=" + port,
                "-Dhub.port=" + hubPort,
                "-Dhub.url=http://localhost:" + hubPort));
        words.addAll(framework.program);
        return words;
    }

    /// What the framework has without Sluice, it has with Sluice in the same versions, except for what the page names.
    @ParameterizedTest
    @EnumSource
    void changesNoVersionsOfTheFramework(Framework framework) throws Exception {
        Path copy = copy(framework);
        for (String each : framework.folders()) {
            Path project = copy.resolve(each);
            Path pom = project.resolve("pom.xml");
            Set<String> with = artifacts(project);
            String text = Files.readString(pom);
            String without = OF_SLUICE.matcher(text).replaceAll("");
            assertThat(without).isNotEqualTo(text);
            Files.writeString(pom, without);

            assertThat(artifacts(project)).allMatch(one -> with.contains(one) != framework.changes(one));
        }
    }

    /// All that an application runs with, and the versions.
    private static Set<String> artifacts(Path project) throws Exception {
        Path list = project.resolve("artifacts.txt");
        maven(
                project,
                "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:list",
                "-DincludeScope=runtime",
                "-DoutputFile=" + list);
        try (var lines = Files.lines(list)) {
            Set<String> found = lines.map(String::strip)
                    .filter(line -> line.matches("\\S+:\\S+:jar:.*"))
                    .map(line -> line.replaceFirst(":(compile|runtime)\\b.*", ""))
                    .collect(Collectors.toSet());
            assertThat(found).isNotEmpty();
            return found;
        }
    }

    private Path copy(Framework framework) throws Exception {
        String name = framework.name().toLowerCase(Locale.ROOT);
        Path copy = folder.resolve(name);
        run(folder, "cp", "-r", Command.PROJECT.resolve("examples/jvm/" + name).toString(), copy.toString());
        for (String each : framework.folders()) {
            Path project = copy.resolve(each);
            run(project, "rm", "-rf", "target", "data"); // Of somebody who has run it.
            Files.writeString(
                    project.resolve("settings.xml"),
                    MavenArtifactsTest.resource("settings.xml")
                            .replace("@repository@", repository.toUri().toString()));
        }
        return copy;
    }

    private static void maven(Path project, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "mvn",
                "-B",
                "-q",
                "-gs", // The settings of the user stay.
                "settings.xml",
                "-Dmaven.repo.local=" + LOCAL,
                "-Dsluice.version=" + Packages.VERSION));
        command.addAll(List.of(words));
        run(project, command.toArray(String[]::new));
    }

    private static void run(Path in, String... words) throws Exception {
        Command.Ended ended =
                Command.run(in, BUILD_MAX, Map.of("JAVA_HOME", System.getProperty("java.home")), List.of(words));
        assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
    }

    private static void post(String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("tea"))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isIn(200, 204);
        }
    }
}
