package dev.sluice.server.reload;

import org.jspecify.annotations.Nullable;

/// The configuration of a hub that runs. May be used from any thread.
public interface RunningConfiguration {
    /// The values in force and where each comes from, as JSON without any secret.
    byte[] settings();

    /// Whether it can be read again: a program has its configuration in its code.
    boolean isReloadable();

    /// Reads it again and puts it in force, or changes nothing. Blocks.
    ///
    /// @param confirmed whether retention rules apply that delete what is kept
    /// @return null: another thread is doing that now
    @Nullable
    ReloadReport reload(boolean confirmed);

    /// The outcome of the last reload; null: there was none.
    @Nullable
    ReloadReport last();
}
