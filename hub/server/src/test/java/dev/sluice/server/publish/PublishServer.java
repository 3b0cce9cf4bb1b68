package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.delivery.schedule.Loop;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Start;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.Await;
import dev.sluice.server.HttpTestServer;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.channels.ChannelList;
import dev.sluice.server.channels.ChannelRoutes;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Router;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.limit.CallerShares;
import dev.sluice.server.limit.LimitSettings;
import dev.sluice.server.limit.PublishLimits;
import dev.sluice.server.net.address.TrustedProxies;
import dev.sluice.server.transport.HubTransports;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Publishing, the list and deletion on a log in memory whose acknowledgements a test can delay.
public final class PublishServer implements AutoCloseable {
    /// An unacknowledged append.
    ///
    /// @param publications several for a batch
    record Held(List<Publication> publications, Runnable acknowledge, Runnable refuse) {
        String text() {
            return publications.stream()
                    .map(each -> new String(each.draft().content().bytes(), StandardCharsets.UTF_8))
                    .collect(Collectors.joining(" "));
        }
    }

    private static final AppendResult FULL = new AppendResult.Full("The disk is full, as this test requires.");

    private final MemoryLog log;
    private final InFlightBytes inFlight;
    private final HubLoop loop = new HubLoop();
    private final Hub hub;
    private final BlockingQueue<Held> held = new LinkedBlockingQueue<>();
    private final HttpTestServer server;
    private volatile boolean holding;
    private volatile boolean failing;
    private volatile boolean isOutOfMemory;

    PublishServer(PublishSettings settings) {
        this(settings, MemoryLog.builder(InstantSource.system()).open());
    }

    private PublishServer(PublishSettings settings, MemoryLog log) {
        this.log = log;
        hub = new Hub(
                new HoldingLog(),
                HubSettings.DEFAULT,
                List.of(loop),
                () -> 0,
                InstantSource.system(),
                new Random(1),
                _ -> {});
        inFlight = settings.inFlight();
        CallerShares shares = new CallerShares(LimitSettings.DEFAULTS, TrustedProxies.NONE);
        var publish = new PublishRoute(
                hub, _ -> hub.dispatchers().getFirst(), settings, inFlight, PublishLimits.NONE, shares);
        var channels = new ChannelRoutes(hub);
        Route none = exchange -> exchange.refuse(Problems.NOT_FOUND.of("No streams here, and no page."));
        var list = new ChannelList(hub, HubTransports.NEGOTIATION, none, none);
        server = HttpTestServer.of(new Router()
                .on(Method.GET, "/channels", list)
                .on(Method.POST, "/channels", new BatchRoute(hub, settings, inFlight, PublishLimits.NONE))
                .on(Method.HEAD, "/channels/**", channels::head)
                .on(Method.DELETE, "/channels/**", channels::delete)
                .on(Method.POST, "/channels/**", publish)
                .on(Method.PUT, "/channels/**", publish));
    }

    public static PublishServer start() {
        return new PublishServer(PublishSettings.DEFAULTS);
    }

    /// Starts a server whose log has a limit of channels.
    static PublishServer withChannels(int max) {
        var log = MemoryLog.builder(InstantSource.system())
                .limits(limits -> limits.channelsMax(max))
                .open();
        return new PublishServer(PublishSettings.DEFAULTS, log);
    }

    /// The hub's only event loop. It has no readers.
    private static final class HubLoop implements Loop, AutoCloseable {
        private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

        @Override
        public void execute(Runnable task) {
            thread.execute(task);
        }

        @Override
        public long nowNs() {
            return System.nanoTime();
        }

        @Override
        public void after(long delayNs, Runnable task) {
            thread.schedule(task, delayNs, TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() {
            thread.shutdownNow();
        }
    }

    private final class HoldingLog extends ForwardingLog {
        HoldingLog() {
            super(log);
        }

        @Override
        public CompletionStage<AppendResult> append(Publication publication) {
            if (isOutOfMemory) throw new OutOfMemoryError("as this test requires");
            if (failing) return CompletableFuture.failedStage(new IllegalStateException("the disk is gone"));
            if (!holding) return log.append(publication);
            return held(List.of(publication), () -> log.append(publication), FULL);
        }

        @Override
        public CompletionStage<AppendResult.Batch> appendAll(List<Publication> publications) {
            if (failing) return CompletableFuture.failedStage(new IllegalStateException("the disk is gone"));
            if (!holding) return log.appendAll(publications);
            return held(publications, () -> log.appendAll(publications), new AppendResult.Batch.None(0, FULL));
        }

        private <T> CompletionStage<T> held(
                List<Publication> publications, Supplier<CompletionStage<T>> append, T refusal) {
            var acknowledged = new CompletableFuture<T>();
            held.add(new Held(
                    publications,
                    () -> append.get().whenComplete((outcome, failure) -> acknowledged.complete(outcome)),
                    () -> acknowledged.complete(refusal)));
            return acknowledged;
        }
    }

    /// Makes further appends wait for the test.
    void delayAppends() {
        holding = true;
    }

    /// Makes further appends complete at once.
    void stopDelaying() {
        holding = false;
    }

    /// Makes further appends fail.
    void fail() {
        failing = true;
    }

    /// Makes further appends of one event throw an error.
    void takeMemory() {
        isOutOfMemory = true;
    }

    /// Waits for the next delayed append.
    Held next() {
        try {
            Held next = held.poll(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (next == null) throw new AssertionError("nothing was published");
            return next;
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    int heldCount() {
        return held.size();
    }

    /// Waits until this number of bytes is in flight.
    void awaitInFlight(long bytes) {
        Await.that(() -> inFlightBytes() == bytes, () -> inFlightBytes() + " bytes, not " + bytes);
    }

    long inFlightBytes() {
        return inFlight.bytes();
    }

    public MemoryLog log() {
        return log;
    }

    public RawClient raw() {
        return server.raw();
    }

    RawClient rawFrom(String address) {
        return new RawClient(server.port(), address);
    }

    public HttpResponse<String> post(String path, String body, String... headers) {
        return server.post(path, body, headers);
    }

    HttpResponse<String> post(String path, byte[] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path)).POST(BodyPublishers.ofByteArray(body));
        return server.send(headers.length == 0 ? request : request.headers(headers));
    }

    public HttpResponse<String> send(String method, String path) {
        return server.send(HttpRequest.newBuilder(server.uri(path)).method(method, BodyPublishers.noBody()));
    }

    public HttpResponse<String> get(String path, String... headers) {
        return server.get(path, headers);
    }

    /// All entries of a channel.
    public List<Entry> entries(String channel) {
        var selection = Selection.of(channel);
        var entries = new ArrayList<Entry>();
        ReadCursor place = log.locate(new Start.Earliest(), selection, Filter.NONE)
                .toCompletableFuture()
                .join();
        while (true) {
            switch (log.read(place, selection, Filter.NONE, 1000, Long.MAX_VALUE)) {
                case Read.Batch(List<Entry> next, var cursor) -> {
                    entries.addAll(next);
                    place = place.moved(cursor);
                }
                case Read.Missing(var gap, ReadCursor resume) -> place = resume;
                case Read.CaughtUp _ -> {
                    return entries;
                }
                case Read.Pending _ -> throw new AssertionError("a log in memory has nothing elsewhere");
            }
        }
    }

    /// The events' data as text, and "END" for the end.
    List<String> texts(String channel) {
        return entries(channel).stream()
                .map(entry -> switch (entry) {
                    case Event event -> new String(event.content().bytes(), StandardCharsets.UTF_8);
                    case End _ -> "END";
                })
                .toList();
    }

    Event only(String channel) {
        List<Entry> entries = entries(channel);
        assertThat(entries).hasSize(1);
        return (Event) entries.getFirst();
    }

    void end(String channel) {
        log.append(new Publication(
                        Draft.end(new dev.sluice.core.channel.ChannelName(channel)),
                        dev.sluice.core.log.Conditions.NONE))
                .toCompletableFuture()
                .join();
    }

    /// Also checks that nothing is left in flight.
    @Override
    public void close() {
        server.close();
        hub.close();
        loop.close();
        log.close();
        assertThat(inFlight.bytes()).as("bytes in flight after the test").isZero();
    }
}
