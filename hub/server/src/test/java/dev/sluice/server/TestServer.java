package dev.sluice.server;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.limit.LimitSettings;
import dev.sluice.server.net.Listener;
import dev.sluice.server.publish.PublishSettings;
import dev.sluice.server.stats.ServerClock;
import dev.sluice.server.subscribe.SubscribeSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
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

/// A complete server on a free port, with a clock that tests move.
public final class TestServer implements AutoCloseable {
    /// The deadline of all waits: it prevents hanging, and measures nothing.
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    /// The longest wait of clients before they reconnect, short so that tests are fast.
    public static final Duration SSE_RETRY = Duration.ofMillis(250);

    private final AtomicLong elapsedMs = new AtomicLong();
    private final HttpClient http;
    private final Log log;
    private final ServerSettings settings;
    private final AccessFilter access;
    private final HttpClient.Version version; // Of clients, where there is TLS.
    private volatile Server server;

    private TestServer(Log log, ServerSettings settings, AccessFilter access) {
        this(log, settings, access, HttpClient.Version.HTTP_2);
    }

    private TestServer(Log log, ServerSettings settings, AccessFilter access, HttpClient.Version version) {
        this.log = log;
        this.settings = settings;
        this.access = access;
        this.version = version;
        this.server = startServer();
        HttpClient.Builder client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        if (isSecure()) client.sslContext(Secure.CONTEXT).version(version);
        this.http = client.build();
    }

    private Server startServer() {
        var clock = new ServerClock(InstantSource.system(), elapsedMs::get);
        return Server.start(settings, log, clock, ServerExtensions.none().withAccess(access));
    }

    /// Stops the server and starts another on the same log, on another port.
    ///
    /// @param between changes the log while no server uses it
    public void restart(Runnable between) {
        server.close();
        between.run();
        server = startServer();
    }

    public static TestServer start() {
        return start(MemoryLog.builder(InstantSource.system()).open());
    }

    public static TestServer start(Log log) {
        return start(log, settings(2));
    }

    /// Starts a server on a log in memory.
    public static TestServer start(ServerSettings settings) {
        return start(settings, AccessFilter.OPEN);
    }

    /// Starts a server on a log in memory that gives its clients grants.
    public static TestServer start(ServerSettings settings, AccessFilter access) {
        return new TestServer(MemoryLog.builder(InstantSource.system()).open(), settings, access);
    }

    public static TestServer start(Log log, ServerSettings settings) {
        return new TestServer(log, settings, AccessFilter.OPEN);
    }

    /// Starts a server with TLS, whose clients choose between HTTP/2 and HTTP/1.1.
    public static TestServer secure(Log log, ServerSettings plain) {
        return start(log, Secure.settings(plain));
    }

    /// Starts a server with TLS on a log in memory.
    public static TestServer secure(ServerSettings plain) {
        return start(Secure.settings(plain));
    }

    /// Starts a server with TLS, whose clients speak HTTP/1.1.
    public static TestServer secureHttp1(Log log, ServerSettings plain) {
        return new TestServer(log, Secure.settings(plain), AccessFilter.OPEN, HttpClient.Version.HTTP_1_1);
    }

    public static TestServer secure() {
        return secure(settings(2));
    }

    /// Starts a server that gives its clients grants.
    public static TestServer start(AccessFilter access) {
        return start(settings(2), access);
    }

    public static TestServer start(Log log, ServerSettings settings, AccessFilter access) {
        return new TestServer(log, settings, access);
    }

    public static TestServer start(HubSettings hub) {
        return start(settings(hub));
    }

    /// Settings with other delivery.
    public static ServerSettings settings(HubSettings hub) {
        return settings(2).toBuilder().hub(hub).build();
    }

    /// Starts a server with other access rules.
    public static TestServer start(OriginSettings security) {
        return start(ServerSettings.DEFAULTS.connectionsMax(), security, ServerSettings.DEFAULTS.http());
    }

    /// Starts a server with an admin listener.
    public static TestServer withAdminListener(OriginSettings security) {
        List<Listener> listeners = new ArrayList<>(settings(2).listeners());
        listeners.add(new Listener("127.0.0.1", 0, Listener.Role.ADMIN));
        return start(
                settings(2).toBuilder().listeners(listeners).security(security).build());
    }

    /// Starts a server with a limit of connections, which waits long for silent clients.
    ///
    /// @param origins allowed origins, besides its own
    public static TestServer forConnections(int max, String... origins) {
        HttpSettings http = ServerSettings.DEFAULTS.http();
        HttpSettings patient = http.toBuilder().lingerTime(http.idleTime()).build();
        return start(max, new OriginSettings(false, false, Set.of(), Set.of(origins)), patient);
    }

    private static TestServer start(int connectionsMax, OriginSettings security, HttpSettings http) {
        return start(settings(2).toBuilder()
                .connectionsMax(connectionsMax)
                .security(security)
                .http(http)
                .build());
    }

    /// Settings of a server on a free port, with a tick so short that it notices a moved clock at once.
    public static ServerSettings settings(int loops) {
        ServerSettings defaults = ServerSettings.DEFAULTS;
        return defaults.toBuilder()
                .listeners(List.of(new Listener("127.0.0.1", 0, Listener.Role.PUBLIC)))
                .loops(loops)
                .tick(Duration.ofMillis(10))
                .subscribe(withQuickRetry(defaults.subscribe()))
                .limits(withPatience(defaults.limits()))
                .build();
    }

    /// A busy machine delays event loops by a second and more, and tests must not be refused for that.
    private static LimitSettings withPatience(LimitSettings defaults) {
        return new LimitSettings(
                defaults.clientsMax(),
                defaults.connectionsMax(),
                defaults.connections(),
                defaults.requests(),
                defaults.publishes(),
                defaults.publishBytes(),
                defaults.authFailures(),
                defaults.callerShare(),
                Duration.ofMinutes(1));
    }

    private static SubscribeSettings withQuickRetry(SubscribeSettings defaults) {
        return new SubscribeSettings(
                defaults.limitDefault(),
                defaults.limitMax(),
                defaults.lastMax(),
                defaults.heartbeat(),
                defaults.heartbeatMin(),
                defaults.heartbeatMax(),
                SSE_RETRY,
                defaults.waitMax(),
                defaults.ageMax(),
                defaults.memberAgeMax(),
                defaults.paddingBytesMax(),
                defaults.sessionSubscriptionsMax(),
                defaults.sessionPatternsMax(),
                defaults.subscriptionsMax(),
                defaults.patternsMax());
    }

    /// These settings with other limits of publishing.
    public static ServerSettings settings(PublishSettings publish) {
        return settings(2).toBuilder().publish(publish).build();
    }

    /// Moves the clock of timers: heartbeats, waits, stalls.
    public void pass(Duration time) {
        elapsedMs.addAndGet(time.toMillis());
    }

    /// Makes every loop run its due timers now.
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

    /// Waits until the server has this number of connections.
    public void awaitConnections(int count) {
        Await.that(() -> server.connections() == count, () -> server.connections() + " connections, never " + count);
    }

    /// Whether it was started with TLS.
    public boolean isSecure() {
        return server.uri().getScheme().equals("https");
    }

    /// Whether its clients speak HTTP/2, where they can.
    public boolean isHttp2() {
        return isSecure() && version == HttpClient.Version.HTTP_2;
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

    /// Appends a text event to the log.
    public Cursor publish(String channel, String text) {
        return publish(Draft.event(new ChannelName(channel), "message", text(text)));
    }

    /// Appends a draft to the log.
    public Cursor publish(Draft draft) {
        try {
            AppendResult outcome = log.append(new Publication(draft, Conditions.NONE))
                    .toCompletableFuture()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (outcome instanceof AppendResult.Placed placed) return placed.id();
            throw new AssertionError("not appended: " + outcome);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    /// Appends events atomically, so that none can be read before all are in the log; returns the head of the log.
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
        return new Content(ContentKind.TEXT, "text/plain", text.getBytes(StandardCharsets.UTF_8));
    }

    /// Sends a GET and returns the complete answer.
    public HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    /// Sends a POST and returns the complete answer.
    public HttpResponse<String> post(String path, String body, String... headers) {
        return send("POST", path, body, headers);
    }

    /// Sends a POST to the admin listener and returns the complete answer.
    public HttpResponse<String> postToAdmin(String path, String... headers) {
        URI admin = server.uris(Listener.Role.ADMIN).getFirst();
        return send("POST", URI.create(admin + path), "", headers);
    }

    /// Sends a request and returns the complete answer.
    public HttpResponse<String> send(String method, String path, String body, String... headers) {
        return send(method, uri(path), body, headers);
    }

    private HttpResponse<String> send(String method, URI uri, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
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
