package dev.sluice.app.live;

import java.util.ArrayList;
import java.util.List;

/// The command behind `./sluice`, for a process of its own, without the check whether to build first, which would
/// build during these tests.
final class SluiceCommand {
    private SluiceCommand() {}

    static List<String> command(String... arguments) {
        var command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.sluice.app.Main"));
        command.addAll(List.of(arguments));
        return command;
    }
}
