package dev.sluice.bench.hostile;

import dev.sluice.server.tls.DevelopmentCertificate;
import dev.sluice.server.tls.InvalidCertificateException;
import dev.sluice.wire.Trust;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A hub in a separate process, in a temporary folder, with one port without TLS and one with TLS.
final class HubProcess implements AutoCloseable {
    private static final int END_SECONDS = 20;

    /// All clients may read and publish; a token permits more, and an admin's token everything.
    private static final String GRANTS = String.format(Locale.ROOT, """
            key = [{ kid = "%s", algorithm = "HS256", secret_file = "secret" }]
            grant = [
              { to = "anyone", subscribe = ["**"], publish = ["**"] },
              { to = "authenticated", presence = ["**"], join = ["**"], list = ["**"] },
              { to = "role:admin", admin = true },
            ]
            """, Tokens.KID);

    private final Path folder = Files.createTempDirectory("hostile");
    private final int plainPort = freePort();
    private final int tlsPort = freePort();
    private final DevelopmentCertificate certificate;
    private final Process process;

    private HubProcess(String settings, Command command) throws IOException {
        Files.writeString(folder.resolve("secret"), Tokens.SECRET);
        certificate = certificate(folder);
        Files.writeString(
                folder.resolve("sluice.toml"), settings + String.format(Locale.ROOT, """
            [[listen]]
            port = %d
            [[listen]]
            port = %d
            certificate_file = "tls/hub.pem"
            key_file = "tls/hub.pem"
            """, plainPort, tlsPort));
        process = command.start(folder);
        if (process.inputReader().readLine() == null) throw new IOException("the hub did not start");
    }

    private interface Command {
        Process start(Path folder) throws IOException;
    }

    /// Starts a hub of this class path, with grants and tokens.
    static HubProcess start() throws IOException {
        return new HubProcess(
                GRANTS, folder -> java(List.of(), folder, List.of("-XX:+UseSerialGC"), "dev.sluice.app.Main", "serve"));
    }

    /// Starts `./sluice serve` of the current folder.
    ///
    /// @param settings the settings of its configuration
    static HubProcess start(String settings, List<String> arguments, String options) throws IOException {
        var command = new ArrayList<>(List.of(Path.of("sluice").toAbsolutePath().toString(), "serve"));
        command.addAll(arguments);
        return new HubProcess(settings, folder -> {
            var hub = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            hub.environment().put("SLUICE_JAVA_OPTS", options);
            return hub.start();
        });
    }

    private static DevelopmentCertificate certificate(Path folder) throws IOException {
        try {
            return DevelopmentCertificate.in(folder.resolve("tls"), Instant.now(), List.of("127.0.0.1"));
        } catch (InvalidCertificateException impossible) {
            throw new IllegalStateException("the folder is new", impossible);
        }
    }

    /// Starts a program of this class path. Like for `./sluice`, `SLUICE_JAVA_OPTS` adds options for the JVM.
    ///
    /// @param prefix a command that starts the program, or an empty list
    static Process java(List<String> prefix, Path folder, List<String> options, String... main) throws IOException {
        var command = new ArrayList<>(prefix);
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseCompactObjectHeaders"));
        command.addAll(options);
        Stream.of(System.getenv().getOrDefault("SLUICE_JAVA_OPTS", "").split(" "))
                .filter(option -> !option.isEmpty())
                .forEach(command::add);
        var classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of("-cp", classPath));
        command.addAll(List.of(main));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve(main[0] + ".log").toFile())
                .start();
    }

    /// A port that nothing uses, below those that the system gives to connections until the hub starts.
    private static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 20_000);
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException _) {
                // It is in use.
            }
        }
    }

    Path folder() {
        return folder;
    }

    int plainPort() {
        return plainPort;
    }

    int tlsPort() {
        return tlsPort;
    }

    /// The file with the certificate of its authority.
    Path authority() {
        return certificate.authority();
    }

    /// The hub's addresses for a client.
    ///
    /// @param token a valid token
    HostileClient.Victim victim(String token) throws IOException {
        return new HostileClient.Victim(
                plainPort, tlsPort, Trust.in(authority()).getSocketFactory(), token);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        process.onExit()
                .completeOnTimeout(process, END_SECONDS, TimeUnit.SECONDS)
                .join();
        process.destroyForcibly();
        try (var all = Files.walk(folder)) {
            for (var each : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
        }
    }
}
