package dev.sluice.bench.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The hub's certificate for 127.0.0.1, which is its own authority.
final class Certificates {
    private static final String PASSWORD = "changeit";

    private Certificates() {}

    /// Writes `hub.p12` with its `password`, and `authority.pem`.
    static void make(Path folder) throws IOException, InterruptedException {
        var store = List.of("-keystore", "hub.p12", "-storetype", "PKCS12", "-storepass", PASSWORD, "-alias", "hub");
        var pair = List.of("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "365");
        keytool(folder, store, pair, List.of("-dname", "CN=hub", "-ext", "san=ip:127.0.0.1"));
        keytool(folder, store, List.of("-exportcert", "-rfc", "-file", "authority.pem"), List.of());
        Files.writeString(folder.resolve("password"), PASSWORD);
    }

    private static void keytool(Path folder, List<String> store, List<String> action, List<String> more)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/keytool"));
        command.addAll(action);
        command.addAll(store);
        command.addAll(more);
        var log = folder.resolve("keytool.log").toFile();
        var process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        if (process.waitFor() != 0) throw new IOException(Files.readString(log.toPath()));
    }
}
