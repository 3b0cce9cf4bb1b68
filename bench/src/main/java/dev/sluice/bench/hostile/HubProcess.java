package dev.sluice.bench.hostile;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A hub in a process of its own, with one port without TLS and one with it. Everybody may read and publish; with a
/// token more, and with that of an admin all.
final class HubProcess implements AutoCloseable {
    private static final int END_SECONDS = 20;

    private final Path folder;
    private final int plainPort = freePort();
    private final int tlsPort = freePort();
    private final Process process;

    /// @param folder an empty one, for its configuration and its log
    HubProcess(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        Certificates.make(folder);
        Files.writeString(folder.resolve("secret"), Tokens.SECRET);
        Files.writeString(
                folder.resolve("sluice.toml"), String.format(Locale.ROOT, """
            key = [{ kid = "%s", algorithm = "HS256", secret_file = "secret" }]
            grant = [
              { to = "anyone", subscribe = ["**"], publish = ["**"] },
              { to = "authenticated", presence = ["**"], join = ["**"], list = ["**"] },
              { to = "role:admin", admin = true },
            ]
            [[listen]]
            port = %d
            [[listen]]
            port = %d
            keystore_file = "hub.p12"
            keystore_password_file = "password"
            """, Tokens.KID, plainPort, tlsPort));
        process = start(List.of(), folder, List.of("-XX:+UseSerialGC"), "dev.sluice.app.Main", "serve");
        if (process.inputReader().readLine() == null) throw new IOException("the hub did not start");
    }

    /// Starts a program of this class path. As for `./sluice`, `SLUICE_JAVA_OPTS` adds options for the JVM.
    ///
    /// @param prefix a command that starts it, or nothing
    static Process start(List<String> prefix, Path folder, List<String> options, String... main) throws IOException {
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

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int plainPort() {
        return plainPort;
    }

    int tlsPort() {
        return tlsPort;
    }

    /// The file with the certificate of its authority.
    Path authority() {
        return folder.resolve("authority.pem");
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit()
                .completeOnTimeout(process, END_SECONDS, TimeUnit.SECONDS)
                .join();
        process.destroyForcibly();
    }
}
