package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The archive for Linux, unpacked and run without a Java, a locale and a home folder.
@Tag("long")
@Timeout(900)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ArchiveTest {
    private static final long BYTES_MAX = 90_000_000;
    private static final Duration COMMAND_MAX = Duration.ofMinutes(3);

    /// Nothing can be unpacked there, as in a container with a read-only root.
    private static final String NO_TEMPORARY_FOLDER = "-Djava.io.tmpdir=/nonexistent";

    private Path temporary;
    private Path folder;
    private Path home;

    @BeforeAll
    void unpack(@TempDir Path temporary) throws Exception {
        this.temporary = temporary;
        folder = Files.createDirectories(temporary.resolve("通知"));
        home = Packages.unpacked("linux-x64", folder);
    }

    @Test
    void isSmall() throws Exception {
        Path dist = Packages.build("archive");

        for (String arch : List.of("linux-x64", "linux-arm64")) {
            assertThat(Files.size(dist.resolve("sluice-" + Packages.VERSION + "-" + arch + ".tar.gz")))
                    .isLessThan(BYTES_MAX);
        }
    }

    @Test
    void hasNativeFilesOfItsPlatformOnly() throws Exception {
        assertThat(Elf.below(home))
                .allMatch(file -> file.machine() == Elf.X64)
                .extracting(Elf.File::name)
                .contains(
                        "runtime/bin/java",
                        "runtime/lib/server/libjvm.so",
                        "lib/librocksdbjni-linux64.so",
                        "lib/libnetty_transport_native_epoll_x86_64.so",
                        "lib/libnetty_tcnative_linux_x86_64.so",
                        "lib/libjnidispatch.so",
                        "lib/libsqlitejdbc.so",
                        "lib/liborg_apache_ratis_thirdparty_netty_tcnative_linux_x86_64.so");
        assertThat(Elf.inJars(home)).isEmpty();

        Path arm = Packages.unpacked("linux-arm64", folder);
        assertThat(Elf.below(arm))
                .allMatch(file -> file.machine() == Elf.ARM64)
                .extracting(Elf.File::name)
                .contains("lib/librocksdbjni-linux-aarch64.so", "lib/libnetty_tcnative_linux_aarch_64.so");
        assertThat(Elf.inJars(arm)).isEmpty();
    }

    @Test
    void hasWhatAnInstallationNeeds() throws Exception {
        assertThat(home.resolve("LICENSE")).exists();
        assertThat(home.resolve("conf/sluice.toml")).exists();
        assertThat(home.resolve("share/man/man1/sluice.1")).content().contains(".SS \"sluice serve\"");
        assertThat(home.resolve("share/bash-completion/completions/sluice"))
                .content()
                .contains("_complete_sluice");
        try (Stream<Path> files = Files.walk(home)) {
            assertThat(files)
                    .allSatisfy(file -> assertThat(Files.getPosixFilePermissions(file))
                            .contains(PosixFilePermission.OTHERS_READ)
                            .doesNotContain(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE));
        }
    }

    @Test
    void tellsItsVersionAndTakesItsConfiguration() throws Exception {
        assertThat(run(Map.of(), "--version").out()).isEqualTo("sluice " + Packages.VERSION + "\n");

        Command.Ended ended = run(Map.of(), "serve", "--print-config", "--config", home + "/conf/sluice.toml");
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out())
                .isEqualTo(run(Map.of(), "serve", "--print-config").out());
    }

    @Test
    void keepsEventsOfNamesBeyondAscii() throws Exception {
        Map<String, String> bare = Map.of();
        try (InstalledHub hub = serve(bare, "--data", "数据")) {
            run(Map.of("SLUICE_URL", hub.url()), "pub", "通知", "您好");
            hub.stop();
        }
        assertThat(folder.resolve("数据")).isDirectory();
        try (InstalledHub hub = serve(bare, "--data", "数据")) {
            run(Map.of("SLUICE_URL", hub.url()), "pub", "通知", "--close");
            assertThat(run(Map.of("SLUICE_URL", hub.url()), "sub", "通知", "--after", "earliest")
                            .out())
                    .isEqualTo("您好\n");
            hub.stop();
        }
        assertThat(Files.getPosixFilePermissions(folder.resolve("数据")))
                .containsExactlyInAnyOrder(
                        PosixFilePermission.OWNER_READ,
                        PosixFilePermission.OWNER_WRITE,
                        PosixFilePermission.OWNER_EXECUTE);
    }

    /// With `AOTMode=on`, the JVM ends unless it can use the cache.
    @Test
    void startsFromItsCacheAlsoWhereItWasMoved() throws Exception {
        Map<String, String> mustUse = Map.of("SLUICE_JAVA_OPTS", "-XX:AOTMode=on");

        assertThat(run(mustUse, "--version").exitCode()).isZero();
        try (InstalledHub hub = serve(mustUse, "--memory")) {
            hub.stop();
        }
    }

    /// A library that was replaced, as by an update of the system: its cache is not used.
    @Test
    void runsWithoutItsCacheWhereAJarIsNewer() throws Exception {
        Path copy = temporary.resolve("copy");
        Command.run(temporary, COMMAND_MAX, Map.of(), List.of("cp", "-a", home.toString(), copy.toString()));
        try (Stream<Path> jars = Files.list(copy.resolve("lib"))) {
            Path jar = jars.filter(each -> each.getFileName().toString().startsWith("sluice-app"))
                    .findFirst()
                    .orElseThrow();
            Files.setLastModifiedTime(jar, FileTime.from(Instant.now()));
        }

        String launcher = copy + "/bin/sluice";
        assertThat(run(Map.of("SLUICE_JAVA_OPTS", "-XX:AOTMode=on"), List.of(launcher, "--version"))
                        .exitCode())
                .isNotZero();
        Command.Ended ended = run(Map.of(), List.of(launcher, "--version"));
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.err()).isEmpty();
    }

    @Test
    void loadsNativeLibrariesFromItsFolder() throws Exception {
        try (InstalledHub hub = serve(Map.of("SLUICE_JAVA_OPTS", NO_TEMPORARY_FOLDER), "--tls-dev", "--data", "tls")) {
            String authority = folder.resolve("tls/tls-dev/authority.pem").toString();
            Command.Ended ended = run(Map.of(), "pub", "news", "hello", "--url", hub.url(), "--cacert", authority);
            assertThat(ended.exitCode()).as(ended.err()).isZero();
            assertThat(Files.readString(Path.of("/proc/" + hub.pid() + "/maps")))
                    .contains(
                            home + "/lib/librocksdbjni-linux64.so",
                            home + "/lib/libnetty_transport_native_epoll_x86_64.so",
                            home + "/lib/libnetty_tcnative_linux_x86_64.so");
            hub.stop();
        }
    }

    /// SQLite, JNA, e-mail.
    @Test
    void watchesAMachineAndSendsMail() throws Exception {
        try (MailServer mail = new MailServer();
                HttpClient http = HttpClient.newHttpClient()) {
            Files.writeString(folder.resolve("sense.toml"), """
                [[notifier]]
                name = "ops"
                type = "email"
                host = "127.0.0.1"
                port = %d
                security = "none"
                from = "sense@shop.example"
                to = ["ops@shop.example"]
                """.formatted(mail.port()));
            Map<String, String> environment = Map.of("SLUICE_JAVA_OPTS", NO_TEMPORARY_FOLDER);
            try (InstalledHub hub = start(environment, "sense", "--port", "0", "--data", "sense")) {
                HttpRequest test = HttpRequest.newBuilder(URI.create(hub.url() + "/sense/api/notifiers/ops/test"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{}"))
                        .build();
                assertThat(http.send(test, BodyHandlers.ofString()).statusCode())
                        .isEqualTo(200);
                assertThat(mail.mail().get(3, TimeUnit.MINUTES)).contains("\nTo: ops@shop.example\n");

                Process agent = agent(hub.url(), environment);
                try {
                    assertThat(firstEvent(http, hub.url() + "/channels/sense/samples/here"))
                            .contains("\"cpu\"");
                } finally {
                    agent.destroyForcibly();
                }
                assertThat(Files.readString(Path.of("/proc/" + hub.pid() + "/maps")))
                        .contains(home + "/lib/libsqlitejdbc.so");
                hub.stop();
            }
        }
    }

    @Test
    void verifiesTokensWithTheKeysOfAnIssuer() throws Exception {
        KeyPair issuer = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        HttpServer keys = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        keys.createContext("/keys", exchange -> {
            byte[] body = jwks((RSAPublicKey) issuer.getPublic()).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        keys.start();
        Path file = Files.writeString(
                folder.resolve("issuer.toml"), """
                    [[key]]
                    kid = "issuer"
                    algorithm = "RS256"
                    jwks = "http://127.0.0.1:%d/keys"
                    issuer = "them"
                    audience = "us"
                    publish = ["news"]
                    """.formatted(keys.getAddress().getPort()));
        try (InstalledHub hub = serve(Map.of(), "--memory", "--config", file.toString());
                HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest publish = HttpRequest.newBuilder(URI.create(hub.url() + "/channels/news"))
                    .header("Authorization", "Bearer " + token(issuer))
                    .POST(BodyPublishers.ofString("hello"))
                    .build();
            assertThat(http.send(publish, BodyHandlers.ofString()).statusCode()).isEqualTo(201);
            hub.stop();
        } finally {
            keys.stop(0);
        }
    }

    @Test
    void recordsFlightsAndExaminesHubs() throws Exception {
        Path recording = folder.resolve("hub.jfr");
        Map<String, String> environment = Map.of("SLUICE_JAVA_OPTS", "-XX:StartFlightRecording=filename=" + recording);
        try (InstalledHub hub = serve(environment, "--memory")) {
            Command.Ended doctor = run(Map.of(), "doctor", hub.url());
            assertThat(doctor.exitCode()).as(doctor.out() + doctor.err()).isZero();
            Command.Ended self = run(Map.of(), "doctor", "--self");
            assertThat(self.exitCode()).as(self.out() + self.err()).isBetween(0, 1);
            hub.stop();
        }
        assertThat(recording).isNotEmptyFile();
    }

    private static String firstEvent(HttpClient http, String url) throws Exception {
        HttpRequest subscribe = HttpRequest.newBuilder(URI.create(url + "?after=earliest"))
                .header("Accept", "text/event-stream")
                .build();
        try (Stream<String> lines = http.send(subscribe, BodyHandlers.ofLines()).body()) {
            return lines.filter(line -> line.startsWith("data:")).findFirst().orElseThrow();
        }
    }

    private static String jwks(RSAPublicKey key) {
        return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"one\",\"alg\":\"RS256\",\"use\":\"sig\",\"n\":\""
                + base64(key.getModulus().toByteArray()) + "\",\"e\":\""
                + base64(key.getPublicExponent().toByteArray()) + "\"}]}";
    }

    private static String token(KeyPair issuer) throws Exception {
        long now = Instant.now().getEpochSecond();
        String content = base64("{\"alg\":\"RS256\",\"kid\":\"one\"}") + "."
                + base64("{\"iss\":\"them\",\"aud\":\"us\",\"sub\":\"alice\",\"iat\":" + now + ",\"exp\":" + (now + 600)
                        + ",\"sluice\":{\"publish\":[\"news\"]}}");
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(issuer.getPrivate());
        signature.update(content.getBytes(StandardCharsets.US_ASCII));
        return content + "." + base64(signature.sign());
    }

    private static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private Process agent(String hub, Map<String, String> environment) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(home + "/bin/sluice", "sense", "agent", "--to", hub, "--name", "here");
        builder.environment().clear();
        builder.environment().putAll(InstalledHub.BARE);
        builder.environment().putAll(environment);
        return builder.inheritIO().start();
    }

    private InstalledHub serve(Map<String, String> environment, String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of("serve", "--port", "0"));
        words.addAll(List.of(arguments));
        return start(environment, words.toArray(String[]::new));
    }

    private InstalledHub start(Map<String, String> environment, String... arguments) throws IOException {
        return InstalledHub.start(folder, environment, words(arguments));
    }

    private Command.Ended run(Map<String, String> environment, String... arguments) throws Exception {
        return run(environment, words(arguments));
    }

    private List<String> words(String... arguments) {
        List<String> words = new ArrayList<>(List.of(home + "/bin/sluice"));
        words.addAll(List.of(arguments));
        return words;
    }

    private Command.Ended run(Map<String, String> environment, List<String> words) throws Exception {
        Map<String, String> variables = new HashMap<>(InstalledHub.BARE);
        variables.putAll(environment);
        List<String> bare = new ArrayList<>(List.of("env", "-i"));
        variables.forEach((name, value) -> bare.add(name + "=" + value));
        bare.addAll(words);
        return Command.run(folder, COMMAND_MAX, Map.of(), bare);
    }
}
