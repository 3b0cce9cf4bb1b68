package dev.sluice.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The command `sluice`, for a separate process.
///
/// In `./check`, which has built before, it is `./sluice`: its cache of loaded classes halves the processor time of a
/// start. Elsewhere `./sluice` might build during a test, and the classes are those under test.
public final class SluiceCommand {
    private static final boolean IS_BUILT = System.getProperty("sluice.built") != null;

    /// For all JVMs that tests start.
    private static final String JAVA_OPTIONS = System.getenv().getOrDefault("SLUICE_JAVA_OPTS", "");

    private SluiceCommand() {}

    /// @param arguments as after `sluice`
    public static List<String> of(String... arguments) {
        return withOptions(List.of(), arguments);
    }

    /// @param javaOptions the options of the JVM
    public static List<String> withOptions(List<String> javaOptions, String... arguments) {
        List<String> options = Stream.concat(Stream.of(JAVA_OPTIONS.split(" ")), javaOptions.stream())
                .filter(option -> !option.isEmpty())
                .toList();
        List<String> command = new ArrayList<>(IS_BUILT ? launcher(options) : java(options));
        command.addAll(List.of(arguments));
        return command;
    }

    private static List<String> launcher(List<String> options) {
        String launcher = Path.of("..", "sluice").toAbsolutePath().normalize().toString();
        return List.of("env", "SLUICE_JAVA_OPTS=" + String.join(" ", options), launcher);
    }

    private static List<String> java(List<String> options) {
        List<String> command = new ArrayList<>(List.of(
                "bash", // Like the launcher.
                "-c",
                ". '" + Path.of("..", "bin", "toolchain.sh").toAbsolutePath().normalize()
                        + "' && use_utf8 && exec \"$@\"",
                "sluice",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(options);
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.sluice.app.Main"));
        return command;
    }
}
