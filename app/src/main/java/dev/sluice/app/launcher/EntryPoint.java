package dev.sluice.app.launcher;

import java.util.List;

/// The classes with which the program begins, but a training does not. A class that is missing in the cache
/// costs 13 ms of a start, because the JVM opens one jar after the other to find it.
final class EntryPoint {
    private static final List<String> CLASSES = List.of("dev.sluice.app.Main", "dev.sluice.app.cli.PipeWatch");

    private EntryPoint() {}

    /// Loads the classes without running them.
    static void load() throws ClassNotFoundException {
        for (var name : CLASSES) Class.forName(name);
    }
}
