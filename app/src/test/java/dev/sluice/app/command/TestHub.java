package dev.sluice.app.command;

import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.Clock;
import dev.sluice.server.Server;
import dev.sluice.server.ServerSettings;

/// A hub on a port of its own, that may go away and come back with its log.
final class TestHub implements AutoCloseable {
    private final Clock clock = Clock.system();
    private final MemoryLog log = MemoryLog.builder(clock.wall()).open();
    private Server server;
    private boolean isAway;

    TestHub() {
        server = start(0);
    }

    private Server start(int port) {
        return Server.start(ServerSettings.DEFAULTS.at("127.0.0.1", port), log, clock);
    }

    String url() {
        return server.uri().toString();
    }

    /// Ends all connections and takes no more.
    void goAway() {
        server.close();
        isAway = true;
    }

    /// At the same port, with all that was published.
    void comeBack() {
        server = start(server.uri().getPort());
        isAway = false;
    }

    @Override
    public void close() {
        if (!isAway) server.close();
        log.close();
    }
}
