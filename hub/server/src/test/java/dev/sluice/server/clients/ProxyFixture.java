package dev.sluice.server.clients;

import dev.sluice.server.TestServer;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.proxy.HostileProxy;
import dev.sluice.server.proxy.NetworkFault;
import dev.sluice.server.proxy.ProxiedConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/// A hub, a proxy with network faults, and a client that follows a channel from the head through it.
final class ProxyFixture implements AutoCloseable {
    /// The starting cursor of a stream, in SSE and in JSON.
    private static final Pattern STARTING_CURSOR = Pattern.compile("\nid: |\"cursor\":\"");

    private static final String CHANNEL = "foreign";

    private final List<ReceivedEvents.Event> published = new ArrayList<>();
    private final List<ForeignClient.Run> runs = new ArrayList<>();
    private final ReceivedEvents received = new ReceivedEvents();
    private final ForeignClient client;
    private final TestServer server;
    private final HostileProxy proxy;

    ProxyFixture(ForeignClient client) {
        this(client, NetworkFault.NONE);
    }

    ProxyFixture(ForeignClient client, NetworkFault fault) {
        this.client = client;
        server = TestServer.start(new OriginSettings(false, false, Set.of(), client.origins()));
        proxy = HostileProxy.before(server).fault(fault);
        runs.add(client.follow(channel(), null, received));
        // Everything published from here on must be received, whatever happens to the connection.
        proxy.await(
                "with a starting cursor",
                connection -> STARTING_CURSOR.matcher(connection.sentToClient()).find());
    }

    private URI channel() {
        return proxy.uri("/channels/" + CHANNEL);
    }

    ProxyFixture publish(String... texts) {
        for (String text : texts)
            published.add(new ReceivedEvents.Event(server.publish(CHANNEL, text).text(), text));
        return this;
    }

    /// Publishes through the client, and waits until the hub has acknowledged it.
    void send(String text) {
        String ref = "r" + published.size();
        var message = JsonMapper.shared().createObjectNode().put("ref", ref).put("data", text);
        runs.getLast().send(message.toString());
        String ok = received.awaitNote("\"ref\":\"" + ref + "\"");
        published.add(new ReceivedEvents.Event(
                Envelopes.parse(ok).path("ok").path("id").asString(), text));
    }

    /// Waits for all published events, and expects each once, in order, and nothing else.
    void expectAll() {
        received.expect(published);
    }

    /// Cuts all connections, publishes an event, and lets the client reconnect.
    void loseConnection(Consumer<HostileProxy> loss, String missed) {
        lose(_ -> loss.accept(proxy), missed);
    }

    /// Publishes an event, and cuts the connection after this many more bytes.
    void loseConnectionAfter(long bytes, String missed) {
        lose(connection -> connection.cutAfter(bytes), missed);
    }

    private void lose(Consumer<ProxiedConnection> loss, String missed) {
        ProxiedConnection connection = stream();
        proxy.refuse();
        loss.accept(connection);
        publish(missed);
        proxy.await("that is closed", each -> each == connection && each.isClosed());
        proxy.admit();
        if (client.reconnects()) return;
        received.awaitEnds(runs.size());
        runs.add(client.follow(channel(), received.awaitCursor(), received));
    }

    /// The connection that the client follows on; it may have others, as browsers open some in advance.
    ProxiedConnection stream() {
        return proxy.await(
                "that the client follows", connection -> client.follows(connection) && !connection.isClosed());
    }

    @Override
    public void close() {
        runs.forEach(ForeignClient.Run::close);
        client.close();
        proxy.close();
        server.close();
    }
}
