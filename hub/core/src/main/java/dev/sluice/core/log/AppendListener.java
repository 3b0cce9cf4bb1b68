package dev.sluice.core.log;

import org.jspecify.annotations.Nullable;

/// Receives the outcome of a publication, once, on any thread. It must not block.
@FunctionalInterface
public interface AppendListener {
    /// @param outcome the outcome; null if the append failed
    /// @param failure why the log cannot keep its promise; null if there is an outcome
    void appended(@Nullable AppendResult outcome, @Nullable Throwable failure);
}
