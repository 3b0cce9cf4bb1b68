package dev.sluice.app.command.run;

import dev.sluice.Sluice;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A program that a command runs on its hub.
interface HubProgram {
    /// Nothing but the hub.
    HubProgram NONE = new HubProgram() {};

    /// How long the events of its channels are kept, as settings of [Sluice#rule] by channels. They come after
    /// the rules of the operator.
    default Map<String, Map<String, String>> retention() {
        return Map.of();
    }

    /// Adds it to a hub that has not been started.
    ///
    /// @param data the hub's folder; null: everything is in memory
    default void on(Sluice hub, @Nullable Path data) {}

    /// Starts it, after the hub.
    default void start() {}

    /// The end of the hub's first line of output; empty: as of a hub alone.
    default String nextStep(URI hub) {
        return "";
    }
}
