package dev.sluice.server;

import dev.sluice.core.delivery.Hub;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.net.Connections;
import dev.sluice.server.stats.Gauges;
import java.util.LinkedHashMap;
import java.util.Map;

/// The figures of a server around its hub.
record ServerGauges(ServerSettings settings, Hub hub, Connections open, InFlightBytes publishes) implements Gauges {
    @Override
    public int connections() {
        return open.size();
    }

    @Override
    public Map<String, Use> capacity() {
        Runtime runtime = Runtime.getRuntime();
        Map<String, Use> uses = new LinkedHashMap<>();
        uses.put("heapBytes", new Use(runtime.totalMemory() - runtime.freeMemory(), runtime.maxMemory()));
        uses.put("connections", new Use(open.size(), settings.connectionsMax()));
        uses.put(
                "subscriptions",
                new Use(hub.readers().readers(), settings.subscribe().subscriptionsMax()));
        uses.put(
                "patterns",
                new Use(hub.readers().patterns(), settings.subscribe().patternsMax()));
        uses.put("encodedBytes", new Use(hub.encodedBytes(), settings.hub().encodedBytes()));
        uses.put("publishBytes", new Use(publishes.bytes(), publishes.bytesMax()));
        return uses;
    }
}
