package dev.sluice.server.transport;

import dev.sluice.core.delivery.Dispatcher;
import java.util.concurrent.Executor;

/// Finds the dispatcher that schedules the readers of an event loop's connections.
@FunctionalInterface
public interface DispatcherLookup {
    /// @param loop the event loop of a connection
    Dispatcher of(Executor loop);
}
