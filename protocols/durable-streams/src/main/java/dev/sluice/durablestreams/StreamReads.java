package dev.sluice.durablestreams;

import dev.sluice.Event;
import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.SseStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Answers reads: catch-up, long poll and Server-Sent Events (§5.6 to §5.8).
final class StreamReads {
    /// How long a long poll waits.
    static final Duration WAIT = Duration.ofSeconds(20);

    /// How long a stream of events lasts, so that caches can join its clients (§10.2).
    private static final Duration STREAM = Duration.ofSeconds(60);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final StreamStore store;
    private final StreamSegments segments;
    private final Duration wait;

    StreamReads(StreamStore store, Sluice hub, Duration wait) {
        this.store = store;
        this.segments = new StreamSegments(store, hub);
        this.wait = wait;
    }

    /// What a client reads.
    private record Read(StreamState state, Offset after, boolean isNow, String cursor) {
        StreamConfig config() {
            return state.config();
        }

        String text(Offset offset) {
            return offset.text(config().root());
        }
    }

    Response head(String name) throws InterruptedException {
        StreamState state = store.find(name);
        StreamConfig config = state.config();
        boolean isClosed = store.isClosed(state); // Before the tail: a closed stream has its last one.
        Response response = Response.of(config.contentType(), new byte[0])
                .header("Stream-Next-Offset", store.tailText(state))
                .header("Cache-Control", "no-store");
        if (config.ttlSeconds() != null) response = response.header("Stream-TTL", "" + config.ttlSeconds());
        if (config.expiresAt() != null) response = response.header("Stream-Expires-At", config.expiresAt());
        return isClosed ? response.header("Stream-Closed", "true") : response;
    }

    Response get(Request request, String name) throws InterruptedException {
        StreamState state = store.find(name);
        store.access(state);
        List<String> offsets = request.queries("offset");
        if (offsets.size() > 1) throw RefusedException.of(400, "The parameter 'offset' is given several times.");
        String live = request.query("live").orElse("");
        if (offsets.isEmpty() && !live.isEmpty())
            throw RefusedException.of(400, "A live read needs the parameter 'offset'.");
        String offset = offsets.isEmpty() ? "-1" : offsets.getFirst();
        boolean isNow = offset.equals("now");
        Offset after = isNow ? store.tail(state) : parse(state, offset);
        Read read = new Read(state, after, isNow, request.query("cursor").orElse(""));
        return switch (live) {
            case "" -> catchUp(request, read);
            case "long-poll" -> longPoll(request, read);
            case "sse" -> events(read);
            default -> throw RefusedException.of(400, "The parameter 'live' is 'long-poll' or 'sse'.");
        };
    }

    private Offset parse(StreamState state, String text) throws InterruptedException {
        Offset offset = Offset.parse(text, state.config().root()).orElseThrow(StreamReads::unknown);
        // Retention may have removed all events, and with them the tail.
        if (store.isBeyond(state, offset) && store.hasData(state.name())) throw unknown();
        return offset;
    }

    private static RefusedException unknown() {
        return RefusedException.of(400, "This is no offset of the stream: use the last Stream-Next-Offset.");
    }

    // --- catch-up and long poll

    private Response catchUp(Request request, Read read) throws InterruptedException {
        StreamSegments.Page page = page(read, Duration.ZERO);
        if (!read.isNow()) return whole(request, read, page);
        Response response = Response.of(read.config().contentType(), body(read, List.of()))
                .header("Stream-Next-Offset", read.text(read.after()))
                .header("Stream-Up-To-Date", "true")
                .header("Cache-Control", "no-store");
        return page.isClosed() && page.events().isEmpty() ? response.header("Stream-Closed", "true") : response;
    }

    private Response longPoll(Request request, Read read) throws InterruptedException {
        StreamSegments.Page page = page(read, wait);
        String cursor = LiveCursor.next(read.cursor(), System.currentTimeMillis());
        if (!page.events().isEmpty()) return whole(request, read, page).header("Stream-Cursor", cursor);
        Response response = Response.empty()
                .status(204)
                .header("Stream-Next-Offset", read.text(page.next()))
                .header("Stream-Up-To-Date", "true")
                .header("Stream-Cursor", cursor)
                .header("Cache-Control", "no-store");
        return page.isClosed() ? response.header("Stream-Closed", "true") : response;
    }

    private StreamSegments.Page page(Read read, Duration patience) throws InterruptedException {
        StreamSegments.Page page = segments.read(read.state(), read.after(), patience);
        if (!page.isGone()) return page;
        store.find(read.state().name()); // It may have been deleted meanwhile.
        throw RefusedException.of(410, "Events after this offset are gone: read from -1.");
    }

    private Response whole(Request request, Read read, StreamSegments.Page page) {
        String from = read.after().isBegin() ? "-1" : read.text(read.after());
        // Deletions change the number of events between two offsets, so it is part of the tag.
        String etag = '"' + read.config().created() + ":" + from + ":" + read.text(page.next()) + ":"
                + page.events().size() + (page.isAtTail() ? "t" : "") + (page.isClosed() ? "c\"" : "\"");
        Response response = isKnown(request, etag)
                ? Response.empty().status(304)
                : Response.of(read.config().contentType(), body(read, page.events()));
        response = response.header("ETag", etag)
                .header("Stream-Next-Offset", read.text(page.next()))
                .header("Cache-Control", caching(request, page));
        if (page.isAtTail()) response = response.header("Stream-Up-To-Date", "true");
        return page.isClosed() ? response.header("Stream-Closed", "true") : response;
    }

    private static boolean isKnown(Request request, String etag) {
        String given = request.header("If-None-Match").orElse("");
        // A proxy that compresses makes the tag a weak one, which counts the same here (RFC 9110 §13.1.2).
        List<String> known = List.of(etag, "W/" + etag, "*");
        for (String each : given.split(",", -1)) if (known.contains(each.strip())) return true;
        return false;
    }

    /// Nothing is kept of the empty answer at the tail, which tells of the next event and of the end.
    private static String caching(Request request, StreamSegments.Page page) {
        if (page.events().isEmpty()) return "no-cache";
        // The hub ignores a credential that it does not know, but a proxy in front of it need not.
        boolean isPublic = request.isPublic()
                && request.header("Authorization").isEmpty()
                && request.header("Cookie").isEmpty();
        return (isPublic ? "public" : "private") + ", max-age=60, stale-while-revalidate=300";
    }

    // --- Server-Sent Events

    private Response events(Read read) throws InterruptedException {
        // Before the head: a gap is a status.
        var first = new AtomicReference<StreamSegments.@Nullable Page>(page(read, Duration.ZERO));
        Response response = Response.events(stream -> send(stream, read, first));
        if (read.config().isJson() || read.config().isText()) return response;
        return response.header("Stream-SSE-Data-Encoding", "base64");
    }

    /// @param firstPage emptied, because the stream lasts longer
    private void send(SseStream stream, Read first, AtomicReference<StreamSegments.@Nullable Page> firstPage)
            throws InterruptedException {
        long endNs = System.nanoTime() + STREAM.toNanos();
        Read read = first;
        StreamSegments.Page page = Objects.requireNonNull(firstPage.getAndSet(null), "a stream is sent once");
        while (!page.isGone()) {
            String cursor = LiveCursor.next(read.cursor(), System.currentTimeMillis());
            String data = page.events().isEmpty() ? "" : event("data", data(read, page.events()));
            stream.raw(data + event("control", control(read, page, cursor)));
            if (page.isClosed()) return;
            read = new Read(read.state(), page.next(), false, cursor);
            do {
                Duration left = Duration.ofNanos(endNs - System.nanoTime());
                if (left.toMillis() <= 0 || !stream.isOpen()) return;
                page = segments.read(read.state(), page.next(), page.isAtTail() ? left : Duration.ZERO);
            } while (page.events().isEmpty() && !page.isClosed() && !page.isGone());
        }
    }

    /// Encodes an event as the clients of the protocol expect it: without the space after `data:` that may be
    /// left out (WHATWG HTML §9.2.6), unless the line begins with one itself.
    private static String event(String name, String data) {
        String lines = "\n" + data.replace("\r\n", "\n").replace('\r', '\n');
        lines = lines.replace("\n", "\ndata:").replace("\ndata: ", "\ndata:  ");
        return "event: " + name + lines + "\n\n";
    }

    private static String control(Read read, StreamSegments.Page page, String cursor) {
        Map<String, Object> control = new LinkedHashMap<>();
        control.put("streamNextOffset", read.text(page.next()));
        if (page.isClosed()) control.put("streamClosed", true);
        else control.put("streamCursor", cursor);
        if (page.isAtTail()) control.put("upToDate", true);
        return JSON.writeValueAsString(control);
    }

    private static String data(Read read, List<Event> events) {
        byte[] body = body(read, events);
        if (read.config().isJson() || read.config().isText()) return new String(body, StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(body);
    }

    // --- bodies

    private static byte[] body(Read read, List<Event> events) {
        if (read.config().isJson())
            return JsonMessages.join(events.stream().map(StreamReads::json).toList());
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Event event : events) body.writeBytes(event.bytes());
        return body.toByteArray();
    }

    /// An event that another protocol published as text is a string.
    private static byte[] json(Event event) {
        return StreamConfig.isJson(event.contentType()) ? event.bytes() : JSON.writeValueAsBytes(event.text());
    }
}
