package dev.sluice.sense;

import dev.sluice.Sluice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Sense on a hub in a separate process, which a test kills.
public final class SenseProgram {
    /// The options that all tests use for processes, as in the tests' own JVM.
    private static final List<String> COMPILERS = Stream.of(
                    System.getenv().getOrDefault("SLUICE_JAVA_OPTS", "").split(" "))
            .filter(option -> !option.isEmpty())
            .toList();

    private SenseProgram() {}

    /// Starts it with the `sense.toml` of a folder. Its address is then in the file `uri`.
    public static Process start(Path folder, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        command.addAll(COMPILERS);
        command.addAll(List.of(options));
        command.addAll(List.of(SenseProgram.class.getName(), folder.toString()));
        return new ProcessBuilder(command).inheritIO().start();
    }

    /// @param arguments the folder with `sense.toml`
    static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Security.setProperty("networkaddress.cache.negative.ttl", "0"); // Like `sluice sense`.
        try (var hub = Sluice.inMemory().port(Integer.getInteger("sense.port", 0));
                var sense = Sense.on(hub, new SenseOptions(folder.resolve("sense.db"), folder.resolve("sense.toml")))) {
            hub.start();
            sense.start();
            Path uri = folder.resolve("uri.new");
            Files.writeString(uri, hub.uri().toString());
            Files.move(uri, folder.resolve("uri"), StandardCopyOption.REPLACE_EXISTING);
            hub.await();
        }
    }
}
