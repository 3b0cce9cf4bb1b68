package dev.sluice.app.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.RawClient;
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
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The library as somebody else gets it: installed into a local Maven repository, with sources and Javadoc, and used by
/// the projects in `examples/`, which know nothing of this build.
final class OutsideTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();
    private static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";
    private static final String VERSION = "0.1.0-SNAPSHOT";

    /// A build on a busy machine: a limit against hanging, not a measure.
    private static final int BUILD_MINUTES_MAX = 5;

    @TempDir
    private Path folder;

    @Test
    void isInstalledAndUsedByProjectsOfItsOwn() throws Exception {
        Path repository = repository();
        Path sources = sources();
        maven(
                sources,
                repository,
                "install",
                "-Dmaven.test.skip=true",
                "-Dmaven.main.skip=true", // Compiled it is.
                "-Dspotless.check.skip=true",
                "-pl",
                "server,storage",
                "-am");
        for (String each : List.of("core", "server", "storage")) {
            Path installed = repository.resolve("dev/sluice/sluice-" + each + "/" + VERSION);
            for (String kind : List.of("", "-sources", "-javadoc")) {
                assertThat(installed.resolve("sluice-" + each + "-" + VERSION + kind + ".jar"))
                        .exists();
            }
        }
        assertThat(page(repository, "dev/sluice/Sluice.html"))
                .as("the example, as it is run")
                .contains("Thread.sleep(");

        Path examples = folder.resolve("examples");
        copy(PROJECT.resolve("examples"), examples);
        maven(examples.resolve("maven"), repository, "package");
        runsTheMavenProject(examples.resolve("maven"));
        runsTheSingleFile(examples.resolve("single-file"));
    }

    private static void runsTheMavenProject(Path project) throws Exception {
        Process program = java(project, NATIVE_ACCESS, "-cp", "target/lib/*", "example.Main", "0");
        try (var said = program.inputReader()) {
            URI uri = uri(said);
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
            assertThat(said.readAllLines()).isEmpty();
        } finally {
            program.destroyForcibly().waitFor();
        }
    }

    private static void runsTheSingleFile(Path project) throws Exception {
        Process program = java(project, NATIVE_ACCESS, "-cp", "../maven/target/lib/*", "Main.java", "0");
        try (var said = program.inputReader();
                var client = new RawClient(uri(said).getPort())) {
            client.get("/hello?name=Ann").until("Hello, Ann!");
            client.get("/clock").until("data: ");
        } finally {
            program.destroyForcibly().waitFor();
        }
    }

    private static URI uri(BufferedReader said) throws IOException {
        String line = said.readLine();
        assertThat(line).startsWith("Listening at http://");
        return URI.create(line.substring("Listening at ".length()));
    }

    private static Process java(Path in, String... arguments) throws IOException {
        return start(in, Path.of(System.getProperty("java.home"), "bin/java").toString(), arguments)
                .redirectErrorStream(true) // A warning would stand where the first line is expected.
                .start();
    }

    private void maven(Path in, Path repository, String... arguments) throws Exception {
        Path log = folder.resolve("maven.log");
        ProcessBuilder maven = start(in, "mvn", arguments);
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

    private static ProcessBuilder start(Path in, String program, String... arguments) {
        ProcessBuilder builder = new ProcessBuilder(program);
        builder.command().addAll(List.of(arguments));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.directory(in.toFile());
    }

    /// A local repository that has what the user's has, and a Sluice of its own.
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

    /// The build elsewhere, so that the one that runs this test is left alone. Its classes are good for both.
    private Path sources() throws IOException {
        Path copy = Files.createDirectory(folder.resolve("sources"));
        List<String> parts = new ArrayList<>(List.of("pom.xml", ".mvn"));
        for (String each : List.of("core", "server", "storage"))
            parts.addAll(List.of(each + "/src", each + "/target/classes"));
        try (var modules = Files.newDirectoryStream(PROJECT, each -> Files.exists(each.resolve("pom.xml")))) {
            // Maven reads those too that it does not build.
            for (Path each : modules) parts.add(each.getFileName() + "/pom.xml");
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

    private static String page(Path repository, String name) throws IOException {
        Path jar = repository.resolve(
                "dev/sluice/sluice-server/" + VERSION + "/sluice-server-" + VERSION + "-javadoc.jar");
        try (var zip = new ZipFile(jar.toFile());
                var page = zip.getInputStream(zip.getEntry(name))) {
            return new String(page.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }
}
