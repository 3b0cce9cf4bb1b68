package dev.sluice.sense.mirror;

import dev.sluice.Sluice;
import dev.sluice.client.ClientBuilder;
import dev.sluice.sense.store.Database;
import dev.sluice.sense.store.Definitions;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Connects the channels of Sense with another hub: what Sense publishes is also published there, and what
/// agents publish there is published here. The positions in both directions are stored in the database, so
/// that each event is forwarded once.
///
/// Sense, its pages and its alerts do not wait for that hub. While it is unreachable, events for it wait in
/// the channels of this hub.
public final class HubMirror implements AutoCloseable {
    private final MirrorWriter writer;
    private final MirrorReader reader;
    private final LinkWatch watch;

    /// @param hub       the hub of this process
    /// @param clients   creates clients of the other hub
    /// @param connected receives whether events of agents arrive, each time that changes
    public HubMirror(
            Sluice hub,
            Supplier<ClientBuilder> clients,
            Database database,
            Consumer<Boolean> connected,
            LongSupplier elapsedMs) {
        var places = new Definitions(database, "mirror");
        watch = new LinkWatch(connected, elapsedMs);
        writer = new MirrorWriter(hub, clients.get(), places, watch);
        reader = new MirrorReader(hub, clients.get(), places, watch);
    }

    /// Starts the mirror. Call this after the hub of this process has started.
    public void start() {
        writer.start();
        reader.start();
        watch.start();
    }

    /// Returns a short reason why the other hub is not reachable; empty if it is.
    public String problem() {
        return watch.problem();
    }

    /// Returns the number of events that the other hub will never accept.
    public long refused() {
        return writer.refused();
    }

    @Override
    public void close() {
        watch.close();
        reader.close();
        writer.close();
    }
}
