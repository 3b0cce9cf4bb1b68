package dev.sluice.storage.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The user of this process, for messages about permissions. In containers it often has a number, but no name.
final class ProcessUser {
    private ProcessUser() {}

    /// Returns a description such as "UID 1000".
    static String text() {
        try {
            return "UID " + Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException notLinux) {
            return "user '" + System.getProperty("user.name") + "'";
        }
    }
}
