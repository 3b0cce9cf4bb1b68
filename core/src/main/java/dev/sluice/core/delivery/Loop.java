package dev.sluice.core.delivery;

import dev.sluice.core.log.InlineAppend;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A thread that runs tasks one after the other, like an event loop. Tasks may be submitted from any thread.
public interface Loop extends Executor {
    /// Nanoseconds of a clock that never goes back, with an arbitrary origin.
    long nowNs();

    /// Runs a task after the delay, or slightly later.
    void after(long delayNs, Runnable task);

    /// Appends once the tasks of this turn have run. A loop that also serves others does not keep them waiting for the
    /// disk. Call it on this loop.
    ///
    /// @param begun asked when the turn ends; null: nothing is to be written
    default void atTurnEnd(Supplier<@Nullable InlineAppend> begun) {
        execute(() -> {
            InlineAppend append = begun.get();
            if (append == null) return;
            append.write();
            append.complete();
        });
    }
}
