package dev.sluice.server.clients;

import dev.sluice.server.TestServer;
import dev.sluice.server.http.Security;
import dev.sluice.server.proxy.HostileProxy;
import dev.sluice.server.proxy.Line;
import dev.sluice.server.proxy.Weather;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/// A hub, a bad line, and a client that follows a channel over it from now on.
final class Scene implements AutoCloseable {
    /// Where a stream begins, as SSE says it and as all that is JSON does.
    private static final Pattern BEGINNING = Pattern.compile("\nid: |\"cursor\":\"");

    private static final String CHANNEL = "foreign";

    private final List<Seen.Event> published = new ArrayList<>();
    private final List<ForeignClient.Run> runs = new ArrayList<>();
    private final Seen seen = new Seen();
    private final ForeignClient client;
    private final TestServer server;
    private final HostileProxy proxy;

    Scene(ForeignClient client) {
        this(client, Weather.FAIR);
    }

    Scene(ForeignClient client, Weather weather) {
        this.client = client;
        server = TestServer.start(new Security(false, false, Set.of(), client.origins()));
        proxy = HostileProxy.before(server).weather(weather);
        runs.add(client.follow(channel(), null, seen));
        // What is published from here on is theirs to get, whatever happens to the line.
        proxy.await(
                "with a beginning", line -> BEGINNING.matcher(line.answered()).find());
    }

    private URI channel() {
        return proxy.uri("/channels/" + CHANNEL);
    }

    HostileProxy proxy() {
        return proxy;
    }

    TestServer server() {
        return server;
    }

    Scene publish(String... texts) {
        for (String text : texts)
            published.add(new Seen.Event(server.publish(CHANNEL, text).text(), text));
        return this;
    }

    /// Has the client publish, and waits until the hub has confirmed it.
    void send(String text) {
        String ref = "r" + published.size();
        var message = JsonMapper.shared().createObjectNode().put("ref", ref).put("data", text);
        runs.getLast().send(message.toString());
        String ok = seen.awaitNote("\"ref\":\"" + ref + "\"");
        published.add(new Seen.Event(Envelopes.parse(ok).path("ok").path("id").asString(), text));
    }

    /// Waits for everything that was published, and expects it once, in its order, and nothing else.
    void expectAll() {
        seen.expect(published);
    }

    /// Loses all lines, publishes, and lets the client come back.
    void loseLine(Consumer<HostileProxy> loss, String missed) {
        lose(_ -> loss.accept(proxy), missed);
    }

    /// Publishes, and ends the line when so many more bytes have come through.
    void loseLineAfter(long bytes, String missed) {
        lose(line -> line.cutAfter(bytes), missed);
    }

    private void lose(Consumer<Line> loss, String missed) {
        Line line = stream();
        proxy.refuse();
        loss.accept(line);
        publish(missed);
        proxy.await("that is over", each -> each == line && each.isOver());
        proxy.admit();
        if (client.returnsByItself()) return;
        seen.awaitEnds(runs.size());
        runs.add(client.follow(channel(), seen.awaitPlace(), seen));
    }

    /// The line that the client follows on: it may have others, as browsers open some in advance.
    Line stream() {
        return proxy.await("to follow on", line -> client.follows(line) && !line.isOver());
    }

    @Override
    public void close() {
        runs.forEach(ForeignClient.Run::close);
        client.close();
        proxy.close();
        server.close();
    }
}
