package dev.sluice.app.command;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.Server;
import dev.sluice.server.ServerExtensions;
import dev.sluice.server.TestServer;
import dev.sluice.server.net.Listener;
import dev.sluice.server.stats.ServerClock;
import java.util.List;

/// A hub on its own port that can be stopped and restarted with its log.
public final class TestHub implements AutoCloseable {
    private final ServerClock clock = ServerClock.system();
    private final MemoryLog log = MemoryLog.builder(clock.wall()).open();
    private Server server;
    private boolean isStopped;

    public TestHub() {
        server = start(0);
    }

    private Server start(int port) {
        var listener = new Listener("127.0.0.1", port, Listener.Role.PUBLIC);
        return Server.start(
                TestServer.settings(2).toBuilder().listeners(List.of(listener)).build(),
                log,
                clock,
                ServerExtensions.none());
    }

    public String url() {
        return server.uri().toString();
    }

    /// Creates a channel with one event, faster than a command does.
    void publish(String channel) {
        var draft = Draft.event(new ChannelName(channel), EventType.MESSAGE, Content.NONE);
        log.append(new Publication(draft, Conditions.NONE));
    }

    /// Ends all connections and accepts no more.
    public void stop() {
        server.close();
        isStopped = true;
    }

    /// Restarts at the same port, with the same log.
    public void restart() {
        server = start(server.uri().getPort());
        isStopped = false;
    }

    @Override
    public void close() {
        if (!isStopped) server.close();
        log.close();
    }
}
