package dev.sluice.sense.mirror;

import dev.sluice.Sluice;
import dev.sluice.client.ClientBuilder;
import dev.sluice.sense.store.Database;
import dev.sluice.sense.store.Definitions;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Connects the channels of Sense with a hub elsewhere: what Sense publishes is published there too, and what agents
/// publish there is published here. Where both have stopped is in the database, so that each event is passed on once.
///
/// Sense, its pages and its alerts do not wait for that hub. While it is away, what is for it waits in the channels
/// here.
public final class HubMirror implements AutoCloseable {
    private final MirrorWriter writer;
    private final MirrorReader reader;
    private final LinkWatch watch;

    /// @param hub       of this process
    /// @param clients   make clients of the other hub
    /// @param connected receives whether events of agents arrive, when that changes
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

    /// Starts, after the hub of this process.
    public void start() {
        writer.start();
        reader.start();
        watch.start();
    }

    /// Returns why the other hub is not reached, in a few words; empty if it is.
    public String problem() {
        return watch.problem();
    }

    /// Returns how many events the other hub will never take.
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
