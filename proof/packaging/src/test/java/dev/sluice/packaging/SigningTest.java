package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The scripts that sign and upload, in a copy of the project, with a key of their own and a server on this machine.
final class SigningTest {
    private static final String FOLDER = "maven/dev/sluice/sluice/1/";

    @TempDir
    private Path home;

    private Path dist;
    private Map<String, String> environment;
    private final Map<String, String> received = new ConcurrentHashMap<>(); // Bodies, by method, path and credentials.

    @BeforeEach
    void prepare() throws Exception {
        for (String each : List.of("pom.xml", "bin", "packaging/lib.sh", "packaging/sign", "packaging/upload")) {
            copy(Command.PROJECT.resolve(each), home.resolve(each));
        }
        dist = home.resolve("target/dist");
        Files.createDirectories(dist.resolve(FOLDER));
        Files.writeString(dist.resolve(FOLDER + "sluice-1.pom"), "<url>https://hub.example</url>");
        Files.writeString(dist.resolve(FOLDER + "sluice-1.pom.sha1"), "sum");
        Files.writeString(dist.resolve(FOLDER + "sluice-1.jar"), "jar");
        sum();
        Path keys = Files.createDirectory(home.resolve("k"));
        assertThat(keys.toFile().setReadable(false, false) && keys.toFile().setReadable(true))
                .isTrue();
        environment = Map.of("GNUPGHOME", keys.toString(), "HOME", home.toString(), "SLUICE_SIGNING_KEY", "signer");
        assertThat(run("gpg", "--batch", "--quiet", "--passphrase", "", "--quick-gen-key", "signer")
                        .exitCode())
                .isZero();
    }

    @AfterEach
    void endTheAgent() throws Exception {
        assertThat(run("gpgconf", "--kill", "all").exitCode()).isZero();
    }

    @Test
    void signsTheSumsAndEachMavenFile() throws Exception {
        Command.Ended signed = run("packaging/sign");

        assertThat(signed.exitCode()).as(signed.err()).isZero();
        for (String each : List.of("SHA256SUMS", FOLDER + "sluice-1.pom", FOLDER + "sluice-1.jar")) {
            Command.Ended verified = run("gpg", "--verify", dist + "/" + each + ".asc", dist + "/" + each);
            assertThat(verified.exitCode()).as(verified.err()).isZero();
        }
        try (var bundle = new ZipFile(bundle().toFile())) {
            assertThat(bundle.stream().filter(each -> !each.isDirectory()).map(ZipEntry::getName))
                    .containsExactlyInAnyOrder(
                            "dev/sluice/sluice/1/sluice-1.pom",
                            "dev/sluice/sluice/1/sluice-1.pom.asc",
                            "dev/sluice/sluice/1/sluice-1.pom.sha1",
                            "dev/sluice/sluice/1/sluice-1.jar",
                            "dev/sluice/sluice/1/sluice-1.jar.asc");
        }
        assertThat(run("packaging/sign").exitCode()).as("again").isZero();
    }

    @Test
    void signsNothingThatChangedSinceItWasMade() throws Exception {
        Files.writeString(dist.resolve(FOLDER + "sluice-1.jar"), "another");

        Command.Ended signed = run("packaging/sign");

        assertThat(signed.exitCode()).isNotZero();
        assertThat(signed.err()).contains("target/dist has changed");
        assertThat(dist.resolve("SHA256SUMS.asc")).doesNotExist();
    }

    @Test
    void packsNoBundleWhosePomsDoNotSayWhereTheProjectIs() throws Exception {
        Files.writeString(dist.resolve(FOLDER + "sluice-1.pom"), "<url>https://sluice.example</url>");
        sum();

        Command.Ended signed = run("packaging/sign");

        assertThat(signed.exitCode()).isNotZero();
        assertThat(signed.err()).contains("SLUICE_URL and SLUICE_SCM");
        assertThat(bundle()).doesNotExist();
    }

    @Test
    void uploadsTheMavenFilesWithTheUsersCredentials() throws Exception {
        assertThat(run("packaging/sign").exitCode()).isZero();
        Files.writeString(home.resolve(".netrc"), "machine 127.0.0.1 login me password secret\n");
        try (var server = new Closing(serve())) {
            Command.Ended ended =
                    run("env", "MAVEN_REPOSITORY=" + server.url() + "/releases/", "packaging/upload", "maven");

            assertThat(ended.exitCode()).as(ended.err()).isZero();
            String basic = " Basic bWU6c2VjcmV0";
            assertThat(received)
                    .hasSize(5)
                    .containsEntry("PUT /releases/dev/sluice/sluice/1/sluice-1.jar" + basic, "jar")
                    .containsKey("PUT /releases/dev/sluice/sluice/1/sluice-1.jar.asc" + basic);
        }
    }

    @Test
    void uploadsTheBundleWithAToken() throws Exception {
        assertThat(run("packaging/sign").exitCode()).isZero();
        try (var server = new Closing(serve())) {
            Command.Ended ended = run(
                    "env",
                    "MAVEN_PORTAL=" + server.url() + "/upload",
                    "MAVEN_PORTAL_TOKEN=dG9rZW4=",
                    "packaging/upload",
                    "maven");

            assertThat(ended.exitCode()).as(ended.err()).isZero();
            assertThat(received.keySet()).containsExactly("POST /upload Bearer dG9rZW4=");
            assertThat(received.values()).singleElement().asString().contains(read(bundle()), "name=\"bundle\"");
        }
    }

    @Test
    void uploadsNothingThatIsNotSigned() throws Exception {
        Command.Ended ended = run("packaging/upload", "maven");

        assertThat(ended.exitCode()).isNotZero();
        assertThat(ended.err()).contains("run packaging/sign");
    }

    private record Closing(HttpServer server) implements AutoCloseable {
        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private HttpServer serve() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::receive);
        server.start();
        return server;
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            String credentials = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
            received.put(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + credentials, body);
            exchange.sendResponseHeaders(201, -1);
        }
    }

    private Path bundle() throws IOException {
        try (Stream<Path> files = Files.list(dist)) {
            return files.filter(each -> each.toString().endsWith("-maven.zip"))
                    .findFirst()
                    .orElse(dist.resolve("none"));
        }
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    private void sum() throws Exception {
        String script = "cd \"$1\" && find maven -type f | xargs sha256sum >SHA256SUMS";
        assertThat(Command.run(home, Duration.ofMinutes(1), Map.of(), List.of("bash", "-c", script, "sum", dist + ""))
                        .exitCode())
                .isZero();
    }

    private Command.Ended run(String... words) throws Exception {
        return Command.run(home, Duration.ofMinutes(2), environment, new ArrayList<>(List.of(words)));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Path target = to.resolve(from.relativize(each).toString());
                Files.createDirectories(target.getParent());
                if (!Files.isDirectory(each))
                    Files.copy(each, target, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
