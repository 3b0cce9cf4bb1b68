package dev.sluice.app.command;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
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

    /// Makes a channel with one event, faster than a command does.
    void publish(String channel) {
        var draft = Draft.event(new ChannelName(channel), EventType.MESSAGE, Content.NONE);
        log.append(new Publication(draft, Conditions.NONE));
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
