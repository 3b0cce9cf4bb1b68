package dev.sluice.server.reload;

import org.jspecify.annotations.Nullable;

/// The configuration of a running hub. May be used from any thread.
public interface RunningConfiguration {
    /// The values in force and where each comes from, as JSON without any secret.
    byte[] settings();

    /// Returns true if it can be reloaded. An embedding program has its configuration in code, which can't.
    boolean isReloadable();

    /// Reloads the configuration: puts all of it in force, or changes nothing. Blocks.
    ///
    /// @param confirmed whether to apply retention rules that delete kept events
    /// @return null if another reload is under way
    @Nullable
    ReloadReport reload(boolean confirmed);

    /// The outcome of the last reload; null before the first one.
    @Nullable
    ReloadReport last();
}
