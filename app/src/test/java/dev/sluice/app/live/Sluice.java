package dev.sluice.app.live;

import java.util.ArrayList;
import java.util.List;

/// The program as a command for a process of its own: what `./sluice` comes to, without looking whether to build first,
/// which would build under these very tests.
final class Sluice {
    private Sluice() {}

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
