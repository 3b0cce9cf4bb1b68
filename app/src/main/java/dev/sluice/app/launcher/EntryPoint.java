package dev.sluice.app.launcher;

import java.util.List;

/// The classes with which the program begins, and a training does not. One that its cache lacks costs 13 ms of a start:
/// to find it, the JVM opens one jar after the other.
final class EntryPoint {
    private static final List<String> CLASSES = List.of("dev.sluice.app.Main", "dev.sluice.app.cli.PipeWatch");

    private EntryPoint() {}

    /// Loads them, and does not run them.
    static void load() throws ClassNotFoundException {
        for (var name : CLASSES) Class.forName(name);
    }
}
