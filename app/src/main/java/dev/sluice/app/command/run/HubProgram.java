package dev.sluice.app.command.run;

import dev.sluice.Sluice;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A program that a command runs on its hub.
interface HubProgram {
    /// No program.
    HubProgram NONE = new HubProgram() {};

    /// The retention of its channels, as settings of [Sluice#rule] by channels. The operator's rules take
    /// precedence.
    default Map<String, Map<String, String>> retention() {
        return Map.of();
    }

    /// Adds the program to a hub that has not been started.
    ///
    /// @param data the hub's folder; null if everything is in memory
    default void on(Sluice hub, @Nullable Path data) {}

    /// Starts the program, after the hub.
    default void start() {}

    /// The end of the hub's first line of output; empty for the default one.
    default String nextStep(URI hub) {
        return "";
    }
}
