package dev.sluice.app.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.RawClient;
import dev.sluice.storage.repair.Inspection;
import io.netty.channel.Channel;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The library as its users get it: installed into a local Maven repository, with sources and Javadoc, and used by the
/// projects in `examples/`, which are independent of this build, with the commands of `examples/README.md`.
@Tag("long")
final class InstalledLibraryTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();
    private static final String VERSION = "1.0.0-rc.1";

    /// Generous limit for a build on a busy machine.
    private static final int BUILD_MINUTES_MAX = 5;

    /// Makes the Maven project a named module, which sees the API alone.
    private static final String MODULE =
            "module example { requires dev.sluice; opens example to tools.jackson.databind; }";

    private static final String MODULE_COMMAND =
            "\"$JAVA_HOME/bin/java\" --enable-native-access=io.netty.common,rocksdbjni -p target/lib"
                    + " -m example/example.Main";

    @TempDir
    private Path folder;

    @Test
    void canBeInstalledAndUsedByIndependentProjects() throws Exception {
        Path repository = repository();
        Path sources = sources();
        maven(
                sources,
                repository,
                command("mvn install"),
                "-Dmaven.main.skip=true", // Already compiled.
                "-Dspotless.check.skip=true");
        for (String each : List.of("sluice", "sluice-core", "sluice-server", "sluice-storage")) {
            Path installed = repository.resolve("dev/sluice/" + each + "/" + VERSION);
            for (String kind : List.of("", "-sources", "-javadoc")) {
                assertThat(installed.resolve(each + "-" + VERSION + kind + ".jar"))
                        .exists();
            }
        }
        assertThat(repository.resolve("dev/sluice/sluice-app")).doesNotExist();
        assertThat(documentedPackages(repository)).containsExactly("dev.sluice/dev/sluice/package-summary.html");
        assertThat(page(repository, "dev.sluice/dev/sluice/Sluice.html"))
                .as("the example, as it is run")
                .contains("Thread.sleep(");

        Path examples = folder.resolve("examples");
        copy(PROJECT.resolve("examples"), examples);
        maven(examples.resolve("maven"), repository, command("mvn package"));
        runsTheMavenProject(examples.resolve("maven"), command("java\" ", " example.Main"));
        runsTheSingleFile(examples.resolve("single-file"));

        Path module = folder.resolve("module");
        copy(PROJECT.resolve("examples/maven"), module);
        Files.writeString(module.resolve("src/main/java/module-info.java"), MODULE);
        maven(module, repository, command("mvn package"));
        runsTheMavenProject(module, MODULE_COMMAND);
    }

    private static void runsTheMavenProject(Path project, String command) throws Exception {
        Process program = java(project, command);
        try (var output = program.inputReader()) {
            URI uri = uri(output);
            var http = HttpClient.newHttpClient();
            var goal = HttpRequest.newBuilder(uri.resolve("/goals"))
                    .POST(HttpRequest.BodyPublishers.ofString("{\"match\":\"7\",\"team\":\"A\",\"minute\":90}"));
            assertThat(http.send(goal.build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(204);
            var scores = HttpRequest.newBuilder(uri.resolve("/channels/scores?last=1&as=json"));
            assertThat(http.send(scores.build(), HttpResponse.BodyHandlers.ofString())
                            .body())
                    .contains("\"minute\":90", "\"type\":\"goal\"");
            program.toHandle().destroy(); // Its output stays open.
            assertThat(program.waitFor()).as("ended by SIGTERM").isEqualTo(143);
            assertThat(output.readAllLines()).isEmpty();
        } finally {
            program.destroyForcibly().waitFor();
        }
        Inspection kept = Inspection.of(project.resolve("data"));
        assertThat(kept.wasClosed()).as("the log ended cleanly").isTrue();
        assertThat(kept.channels()).singleElement().satisfies(scores -> {
            assertThat(scores.name().value()).isEqualTo("scores");
            assertThat(scores.events()).isOne();
        });
    }

    private static void runsTheSingleFile(Path project) throws Exception {
        Process program = java(project, command("java\" ", " Main.java"));
        try (var output = program.inputReader();
                var client = new RawClient(uri(output).getPort())) {
            client.get("/hello?name=Ann").until("Hello, Ann!");
            client.get("/clock").until("data: ");
        } finally {
            program.destroyForcibly().waitFor();
        }
    }

    private static URI uri(BufferedReader output) throws IOException {
        String line = output.readLine();
        assertThat(line).startsWith("Listening at http://");
        return URI.create(line.substring("Listening at ".length()));
    }

    /// The one command of `examples/README.md` that has all these parts.
    private static String command(String... parts) throws IOException {
        try (var lines = Files.lines(PROJECT.resolve("examples/README.md"))) {
            List<String> found = lines.filter(line -> List.of(parts).stream().allMatch(line::contains))
                    .toList();
            assertThat(found).as(String.join(" ", parts)).hasSize(1);
            return found.getFirst();
        }
    }

    /// The program with a free port.
    private static Process java(Path in, String command) throws IOException {
        return start(in, command + " 0")
                .redirectErrorStream(true) // A warning would replace the expected first line.
                .start();
    }

    private void maven(Path in, Path repository, String command, String... arguments) throws Exception {
        Path log = folder.resolve("maven.log");
        ProcessBuilder maven = start(in, command + " \"$@\"");
        maven.command().add("mvn");
        maven.command().addAll(List.of(arguments));
        maven.command().addAll(List.of("-B", "-q", "-Dstyle.color=never", "-Dmaven.repo.local=" + repository));
        Process build = maven.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try {
            assertThat(build.waitFor(BUILD_MINUTES_MAX, TimeUnit.MINUTES)).isTrue();
            assertThat(build.exitValue()).as(Files.readString(log)).isZero();
        } finally {
            build.destroyForcibly();
        }
    }

    private static ProcessBuilder start(Path in, String command) {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", "exec " + command);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.directory(in.toFile());
    }

    /// Creates a local repository with the contents of the user's, except for Sluice.
    private Path repository() throws Exception {
        Path netty = Path.of(Channel.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Path users = netty;
        while (!users.endsWith("io")) users = users.getParent();
        Path ours = Files.createDirectory(folder.resolve("repository"));
        link(users.getParent(), ours, "dev");
        Files.createDirectory(ours.resolve("dev"));
        link(users.resolveSibling("dev"), ours.resolve("dev"), "sluice");
        return ours;
    }

    private static void link(Path from, Path to, String besides) throws IOException {
        if (!Files.isDirectory(from)) return;
        try (var all = Files.list(from)) {
            for (Path each : all.toList()) {
                Path name = each.getFileName();
                if (!name.toString().equals(besides)) Files.createSymbolicLink(to.resolve(name), each);
            }
        }
    }

    /// Copies the build, so that the one that runs this test is not changed. Both use the same classes.
    private Path sources() throws IOException {
        Path copy = Files.createDirectory(folder.resolve("sources"));
        List<String> parts = new ArrayList<>(List.of(".mvn"));
        for (String each : List.of("core", "server", "library", "storage"))
            parts.addAll(List.of("hub/" + each + "/src", "hub/" + each + "/target/classes"));
        try (var files = Files.walk(PROJECT, 3)) { // Maven also reads modules that it does not build.
            files.filter(each -> each.endsWith("pom.xml") && !each.startsWith(PROJECT.resolve("examples")))
                    .forEach(each -> parts.add(PROJECT.relativize(each).toString()));
        }
        for (String each : parts) copy(PROJECT.resolve(each), copy.resolve(each));
        return copy;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var all = Files.walk(from)) {
            for (Path each : all.toList()) {
                boolean isBuilt = from.relativize(each).toString().matches("(.*/)?(node_modules|target)(/.*)?");
                if (isBuilt) continue;
                Path target = to.resolve(from.relativize(each).toString());
                Files.createDirectories(target.getParent());
                if (Files.isDirectory(each)) Files.createDirectories(target);
                else Files.copy(each, target);
            }
        }
    }

    private static List<String> documentedPackages(Path repository) throws Exception {
        try (var zip = new ZipFile(javadoc(repository).toFile())) {
            return zip.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith("/package-summary.html"))
                    .toList();
        }
    }

    private static Path javadoc(Path repository) {
        return repository.resolve("dev/sluice/sluice/" + VERSION + "/sluice-" + VERSION + "-javadoc.jar");
    }

    private static String page(Path repository, String name) throws IOException {
        try (var zip = new ZipFile(javadoc(repository).toFile());
                var page = zip.getInputStream(zip.getEntry(name))) {
            return new String(page.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }
}
