package dev.sluice.lab.client;

import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.Technique;
import dev.sluice.load.http.Finder;
import dev.sluice.load.http.Http1Connection;
import dev.sluice.load.http.Http2Connection;
import dev.sluice.load.http.HttpConnection;
import dev.sluice.load.http.MessageFinder;
import dev.sluice.load.http.Request;
import dev.sluice.load.http.SseFinder;
import dev.sluice.load.http.Subscriber;
import dev.sluice.wire.Payload;
import dev.sluice.wire.PayloadFinder;
import dev.sluice.wire.WebSocketFrame;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One client of a lane: reads a channel, connects again after each loss, publishes, and counts. Used only on
/// the thread of its loop, unless stated otherwise.
public final class LabClient implements Subscriber {
    /// The channel to which clients publish.
    public static final String UP = "lab/up";

    private static final double NS = 1e9;

    private final Technique lane;
    private final LaneLoop loop;
    private final String target;
    private final ReaderState reader;
    private final Poll poll;
    private final HttpPublish publisher;
    private @Nullable HttpConnection connection; // Null while there is no connection.
    private @Nullable Finder finder;
    private @Nullable String cursor;
    private boolean isReady;
    private long retryMs = -1;
    private long deliveredBefore;
    private int failures;
    private boolean isSending;
    private int sent;

    /// @param channel the channel whose events it reads
    public LabClient(Technique lane, LabPlan plan, LaneLoop loop, String channel, ReaderState reader) {
        this.lane = lane;
        this.loop = loop;
        this.reader = reader;
        target = "/channels/" + channel;
        poll = new Poll(lane, plan.interval());
        publisher = new HttpPublish(loop);
    }

    /// Starts reading, and connects if the client publishes on the same connection. May be called on any
    /// thread.
    public void start(boolean isReading) {
        // A client that only publishes needs no stream, unless it publishes on the connection of the stream.
        if (isReading || lane == Technique.SSE_HTTP2 || lane == Technique.WEBSOCKET) loop.execute(this::connect);
        else ready();
    }

    public ReaderState reader() {
        return reader;
    }

    private void connect() {
        deliveredBefore = reader.delivered();
        try {
            loop.connect(lane, this);
        } catch (IOException noSocket) {
            again(noSocket);
        }
    }

    private void ready() {
        if (!isReady) loop.metrics().clientReady();
        isReady = true;
    }

    @Override
    public Request request() {
        loop.metrics().request();
        String after = cursor == null ? "latest" : cursor;
        return switch (lane) {
            case POLLING, LONG_POLLING -> get(poll.question(after), "application/json");
            case SSE, SSE_HTTP2 -> events();
            case FETCH_LINES -> get(after, "application/x-ndjson");
            case FETCH_TEXT -> get("latest", "text/plain");
            case WEBSOCKET ->
                Request.upgrade(target + "?after=" + after, loop.headers().ofHandshake(loop.origin()));
        };
    }

    private Request get(String after, String accept) {
        return Request.get(target + "?after=" + after, loop.headers().ofRequest(loop.origin(), accept));
    }

    /// Returns the request that EventSource would send.
    private Request events() {
        var request = get("latest", "text/event-stream");
        request.headers().put("Cache-Control", "no-cache");
        if (cursor != null) request.headers().put("Last-Event-ID", cursor);
        return request;
    }

    @Override
    public void begin(HttpConnection begun) {
        connection = begun;
        finder = switch (lane) {
            case POLLING, LONG_POLLING -> poll.begin();
            case SSE, SSE_HTTP2 -> new SseFinder(PayloadFinder.ANY_SIZE, reader, cursor);
            case FETCH_LINES -> MessageFinder.lines(reader, cursor);
            case FETCH_TEXT -> new PayloadFinder(PayloadFinder.ANY_SIZE, reader)::find;
            case WEBSOCKET -> MessageFinder.frames(reader, cursor, this::send);
        };
        if (!poll.isPoll()) ready();
    }

    @Override
    public int find(ByteBuffer buffer, int from) throws IOException {
        reader.arriveAt(loop.nowNs());
        return finder == null ? buffer.limit() : finder.find(buffer, from);
    }

    @Override
    public void end() throws IOException {
        if (!poll.isPoll()) throw new EOFException("the stream has ended");
        boolean isFirst = cursor == null;
        cursor = poll.end(reader);
        if (isFirst) ready();
        long pauseMs = poll.pauseMs(isFirst);
        var asked = connection;
        if (pauseMs == 0) ask(asked);
        else loop.after(pauseMs, () -> ask(asked));
    }

    /// Sends the next poll, unless the connection was lost in the meantime.
    private void ask(@Nullable HttpConnection asked) {
        if (asked != connection || !(asked instanceof Http1Connection open)) return;
        open.send(request());
        loop.flush(open);
    }

    @Override
    public void lost(HttpConnection lost, IOException reason) {
        connection = null;
        if (finder != null && !poll.isPoll()) cursor = finder.cursor();
        if (finder instanceof SseFinder events && events.retryMs() >= 0) retryMs = events.retryMs();
        finder = null;
        again(reason);
    }

    private void again(IOException reason) {
        if (!isReady) loop.metrics().failed(reason);
        failures = reader.delivered() > deliveredBefore ? 0 : failures + 1;
        boolean isToldByHub = retryMs >= 0;
        loop.after(
                lane == Technique.POLLING ? poll.intervalMs() : isToldByHub ? retryMs : Backoff.ms(failures),
                this::connect);
    }

    /// Starts publishing as well, at a random time within the first interval.
    ///
    /// @param rate    events per second of this client
    /// @param numbers the next event number, shared by all clients
    public void send(int size, double rate, AtomicInteger numbers) {
        isSending = true;
        long firstNs = System.nanoTime() + (long) (ThreadLocalRandom.current().nextDouble() * NS / rate);
        sendFrom(firstNs, size, rate, numbers);
    }

    private void sendFrom(long firstNs, int size, double rate, AtomicInteger numbers) {
        if (!isSending) return;
        long dueNs = firstNs;
        long nowNs = System.nanoTime();
        while (dueNs <= nowNs && publish(Payload.of(size, 0, numbers.get(), (int) (System.nanoTime() / 1_000)))) {
            numbers.incrementAndGet();
            sent++;
            dueNs += (long) (NS / rate);
        }
        long nextNs = dueNs;
        loop.after(Math.max(1, (dueNs - nowNs) / 1_000_000), () -> sendFrom(nextNs, size, rate, numbers));
    }

    /// Stops publishing.
    ///
    /// @return the number of events that were handed to the connection
    public int stopSending() {
        isSending = false;
        return sent;
    }

    /// Returns false if nothing can be published now.
    private boolean publish(byte[] data) {
        if (connection != null && connection.hasUnsent()) return false; // The hub accepts no more bytes for now.
        return switch (lane) {
            case WEBSOCKET -> {
                String message =
                        "{\"channel\":\"" + UP + "\",\"data\":\"" + new String(data, StandardCharsets.US_ASCII) + "\"}";
                yield send(WebSocketFrame.masked(
                        WebSocketFrame.FIN | WebSocketFrame.TEXT, message.getBytes(StandardCharsets.US_ASCII)));
            }
            case SSE_HTTP2 -> connection instanceof Http2Connection open && post(open, data);
            default -> publisher.publish(data);
        };
    }

    private boolean post(Http2Connection open, byte[] data) {
        if (!open.post(loop.post(data))) return false;
        loop.metrics().request();
        loop.flush(open);
        return true;
    }

    private boolean send(WebSocketFrame frame) {
        if (!(connection instanceof Http1Connection open)) return false;
        open.send(frame);
        loop.flush(open);
        return true;
    }
}
