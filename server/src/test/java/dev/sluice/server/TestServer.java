package dev.sluice.server;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.HubSettings;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.Security;
import dev.sluice.server.publish.PublishSettings;
import dev.sluice.server.transport.SubscribeSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A whole server on a free port, with a time that tests move.
public final class TestServer implements AutoCloseable {
    /// So long may anything take before a test gives up on it: a limit against hanging, not a measure.
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    /// How long clients wait at most before they come back: tests have no time to lose.
    public static final Duration SSE_RETRY = Duration.ofMillis(250);

    private final AtomicLong elapsedMs = new AtomicLong();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Log log;
    private final ServerSettings settings;
    private volatile Server server;

    private TestServer(Log log, ServerSettings settings) {
        this.log = log;
        this.settings = settings;
        this.server = begin();
    }

    private Server begin() {
        return Server.start(settings, log, new Clock(InstantSource.system(), elapsedMs::get));
    }

    /// Ends the server and starts another on the same log, on another port.
    ///
    /// @param between what happens to the log while nobody uses it
    public void restart(Runnable between) {
        server.close();
        between.run();
        server = begin();
    }

    public static TestServer start() {
        return start(MemoryLog.builder(InstantSource.system()).open());
    }

    public static TestServer start(Log log) {
        return start(log, settings(2));
    }

    public static TestServer start(Log log, ServerSettings settings) {
        return new TestServer(log, settings);
    }

    public static TestServer start(HubSettings hub) {
        ServerSettings usual = settings(2);
        return start(
                MemoryLog.builder(InstantSource.system()).open(),
                new ServerSettings(
                        usual.host(),
                        usual.port(),
                        usual.loops(),
                        usual.connectionsMax(),
                        usual.answerBytesMax(),
                        usual.tick(),
                        usual.stopTime(),
                        usual.security(),
                        usual.http(),
                        hub,
                        usual.subscribe(),
                        usual.publish(),
                        usual.presence()));
    }

    /// One that other pages or names may reach.
    public static TestServer start(Security security) {
        return start(ServerSettings.DEFAULTS.connectionsMax(), security, ServerSettings.DEFAULTS.http());
    }

    /// One that is soon full, and waits long for clients that say nothing.
    ///
    /// @param origins of pages that may use it, besides its own
    public static TestServer forConnections(int max, String... origins) {
        HttpSettings http = ServerSettings.DEFAULTS.http();
        HttpSettings patient = new HttpSettings(
                http.requestLineBytesMax(),
                http.headerBytesMax(),
                http.partBytesMax(),
                http.headTime(),
                http.idleTime(),
                http.bodyGrace(),
                http.bodyBytesPerSecond(),
                http.answerTime(),
                http.idleTime(),
                http.discardBytesMax());
        return start(max, new Security(false, false, Set.of(), Set.of(origins)), patient);
    }

    private static TestServer start(int connectionsMax, Security security, HttpSettings http) {
        ServerSettings settings = settings(2);
        return start(
                MemoryLog.builder(InstantSource.system()).open(),
                new ServerSettings(
                        settings.host(),
                        settings.port(),
                        settings.loops(),
                        connectionsMax,
                        settings.answerBytesMax(),
                        settings.tick(),
                        settings.stopTime(),
                        security,
                        http,
                        settings.hub(),
                        settings.subscribe(),
                        settings.publish(),
                        settings.presence()));
    }

    /// Settings of a server on a free port, whose timers are looked at so often that a moved clock is seen at once.
    public static ServerSettings settings(int loops) {
        ServerSettings defaults = ServerSettings.DEFAULTS;
        return new ServerSettings(
                "127.0.0.1",
                0,
                loops,
                defaults.connectionsMax(),
                defaults.answerBytesMax(),
                Duration.ofMillis(10),
                defaults.stopTime(),
                defaults.security(),
                defaults.http(),
                defaults.hub(),
                quick(defaults.subscribe()),
                defaults.publish(),
                defaults.presence());
    }

    private static SubscribeSettings quick(SubscribeSettings usual) {
        return new SubscribeSettings(
                usual.limitDefault(),
                usual.limitMax(),
                usual.lastMax(),
                usual.heartbeat(),
                usual.heartbeatMin(),
                usual.heartbeatMax(),
                SSE_RETRY,
                usual.waitMax(),
                usual.paddingBytesMax(),
                usual.sessionSubscriptionsMax(),
                usual.sessionPatternsMax(),
                usual.subscriptionsMax(),
                usual.patternsMax());
    }

    /// The same with other limits of publishing.
    public static ServerSettings settings(PublishSettings publish) {
        ServerSettings usual = settings(2);
        return new ServerSettings(
                usual.host(),
                usual.port(),
                usual.loops(),
                usual.connectionsMax(),
                usual.answerBytesMax(),
                usual.tick(),
                usual.stopTime(),
                usual.security(),
                usual.http(),
                usual.hub(),
                usual.subscribe(),
                publish,
                usual.presence());
    }

    /// Lets time pass for timers: heartbeats, waits, stalls.
    public void pass(Duration time) {
        elapsedMs.addAndGet(time.toMillis());
    }

    /// Lets every loop look at its timers now.
    public void tick() {
        for (Dispatcher dispatcher : server.hub().dispatchers()) {
            CompletableFuture<Void> ticked = new CompletableFuture<>();
            dispatcher.execute(() -> {
                dispatcher.tick();
                ticked.complete(null);
            });
            ticked.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        }
    }

    /// Waits until the server has so many connections.
    public void awaitConnections(int count) {
        Await.that(() -> server.connections() == count, () -> server.connections() + " connections, never " + count);
    }

    public Log log() {
        return log;
    }

    public Server server() {
        return server;
    }

    public URI uri(String path) {
        return URI.create(server.uri() + path);
    }

    /// Places a text event in the log.
    public Cursor publish(String channel, String text) {
        return publish(Draft.event(new ChannelName(channel), "message", text(text)));
    }

    /// Places anything in the log.
    public Cursor publish(Draft draft) {
        try {
            Appended outcome = log.append(new Publication(draft, Conditions.NONE))
                    .toCompletableFuture()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (outcome instanceof Appended.Placed(Cursor id)) return id;
            throw new AssertionError("not placed: " + outcome);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    /// Places so many events before anybody can read the first; gives the id of the last.
    public Cursor publishAtOnce(String channel, int events) {
        List<Publication> all = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            Draft draft = Draft.event(new ChannelName(channel), "message", text("event " + i));
            all.add(new Publication(draft, Conditions.NONE));
        }
        log.appendAll(all)
                .toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
        return log.head();
    }

    public static Content text(String text) {
        return new Content(Content.Kind.TEXT, "text/plain", text.getBytes(StandardCharsets.UTF_8));
    }

    /// A whole answer.
    public HttpResponse<String> get(String path, String... headers) {
        return send(HttpRequest.newBuilder(uri(path)), headers);
    }

    /// The answer to a request with a body.
    public HttpResponse<String> post(String path, String body, String... headers) {
        return send(HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.ofString(body)), headers);
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String... headers) {
        request.timeout(PATIENCE);
        if (headers.length > 0) request.headers(headers);
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    @Override
    public void close() {
        server.close();
        log.close();
        http.close();
    }
}
