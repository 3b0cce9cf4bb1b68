package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Filter;
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
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Routes;
import io.netty.handler.codec.http.HttpMethod;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Publishing, the list and deletion over a log in memory whose acknowledgements a test may hold back.
public final class PublishServer implements AutoCloseable {
    /// An append that the log has not acknowledged yet.
    ///
    /// @param publications several if they go together
    record Held(List<Publication> publications, Runnable acknowledge, Runnable refuse) {
        String text() {
            return publications.stream()
                    .map(each -> new String(each.draft().content().bytes(), StandardCharsets.UTF_8))
                    .collect(Collectors.joining(" "));
        }
    }

    private static final Appended FULL = new Appended.Full("No room, as this test wants.");

    private final MemoryLog log;
    private final InFlightBytes inFlight;
    private final ChannelEnds ends;
    private final BlockingQueue<Held> held = new LinkedBlockingQueue<>();
    private final HttpTestServer server;
    private volatile boolean holding;
    private volatile boolean failing;

    PublishServer(PublishSettings settings) {
        this(settings, MemoryLog.builder(InstantSource.system()).open());
    }

    private PublishServer(PublishSettings settings, MemoryLog log) {
        this.log = log;
        ends = new ChannelEnds(log, Runnable::run);
        inFlight = settings.inFlight();
        var publisher = new HoldingPublisher();
        var publish = new PublishRoute(publisher, ends, settings, inFlight);
        var channels = new ChannelRoutes(log);
        var list = new ChannelList(log, exchange -> exchange.refuse(Problems.NOT_FOUND.of("No streams here.")));
        server = HttpTestServer.of(new Routes()
                .on(HttpMethod.GET, "/channels", list)
                .on(HttpMethod.POST, "/channels", new BatchRoute(publisher, settings, inFlight))
                .on(HttpMethod.HEAD, "/channels/**", channels::head)
                .on(HttpMethod.DELETE, "/channels/**", channels::delete)
                .on(HttpMethod.POST, "/channels/**", publish)
                .on(HttpMethod.PUT, "/channels/**", publish));
    }

    public static PublishServer start() {
        return new PublishServer(PublishSettings.DEFAULTS);
    }

    /// Whose log has so many channels at most.
    static PublishServer withChannels(int max) {
        var log = MemoryLog.builder(InstantSource.system()).channelsMax(max).open();
        return new PublishServer(PublishSettings.DEFAULTS, log);
    }

    private final class HoldingPublisher implements Publisher {
        @Override
        public CompletionStage<Appended> append(Publication publication) {
            if (failing) return CompletableFuture.failedStage(new IllegalStateException("the disk is gone"));
            if (!holding) return log.append(publication);
            return held(List.of(publication), () -> log.append(publication), FULL);
        }

        @Override
        public CompletionStage<Appended.Batch> appendAll(List<Publication> publications) {
            if (failing) return CompletableFuture.failedStage(new IllegalStateException("the disk is gone"));
            if (!holding) return log.appendAll(publications);
            return held(publications, () -> log.appendAll(publications), new Appended.Batch.None(0, FULL));
        }

        private <T> CompletionStage<T> held(List<Publication> what, Supplier<CompletionStage<T>> append, T refusal) {
            var acknowledged = new CompletableFuture<T>();
            held.add(new Held(
                    what,
                    () -> append.get().whenComplete((outcome, failure) -> acknowledged.complete(outcome)),
                    () -> acknowledged.complete(refusal)));
            return acknowledged;
        }
    }

    /// From now on appends wait for the test.
    void hold() {
        holding = true;
    }

    /// From now on appends are acknowledged at once.
    void holdNoMore() {
        holding = false;
    }

    /// From now on the log keeps no promise.
    void fail() {
        failing = true;
    }

    /// The next append, as soon as there is one.
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

    /// Waits until so much has come and is not in the log yet.
    void awaitUnderWay(long bytes) {
        Await.that(() -> underWayBytes() == bytes, () -> underWayBytes() + " bytes, not " + bytes);
    }

    long underWayBytes() {
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

    /// Everything in a channel.
    public List<Entry> entries(String channel) {
        var selection = Selection.of(channel);
        var entries = new ArrayList<Entry>();
        Place place = log.locate(new Start.Earliest(), selection, Filter.NONE)
                .toCompletableFuture()
                .join();
        while (true) {
            switch (log.read(place, selection, Filter.NONE, 1000, Long.MAX_VALUE)) {
                case Read.Batch(List<Entry> next, var cursor) -> {
                    entries.addAll(next);
                    place = place.moved(cursor);
                }
                case Read.Missing(var gap, Place resume) -> place = resume;
                case Read.CaughtUp _ -> {
                    return entries;
                }
                case Read.Elsewhere _ -> throw new AssertionError("a log in memory has nothing elsewhere");
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

    /// Also sees that nothing is left under way.
    @Override
    public void close() {
        server.close();
        ends.close();
        log.close();
        assertThat(inFlight.bytes()).as("bytes under way behind the test").isZero();
    }
}
