package dev.sluice.durablestreams;

import dev.sluice.Access.Action;
import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.Routes;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The operations of the protocol (§5): reads their headers, asks what the caller may do, and writes the
/// answers.
final class StreamRoutes {
    static final String DEFAULT_TYPE = "application/octet-stream";

    /// What pages of other origins may read.
    private static final String EXPOSED = "Stream-Next-Offset, Stream-Cursor, Stream-Up-To-Date, Stream-Closed,"
            + " Stream-TTL, Stream-Expires-At, Stream-SSE-Data-Encoding, Producer-Epoch, Producer-Seq,"
            + " Producer-Expected-Seq, Producer-Received-Seq, Location, Content-Type";

    /// A whole number up to 2^53 - 1, as JavaScript has it, without a leading zero.
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,15}");

    /// A year of RFC 3339. Java parses further ones, whose milliseconds overflow.
    private static final Pattern YEAR = Pattern.compile("[0-9]{4}-");

    private static final long NUMBER_MAX = (1L << 53) - 1;

    /// 31 years.
    private static final long TTL_SECONDS_MAX = 1_000_000_000;

    /// The name of the state channel is longer, and a channel's name has 255 bytes.
    private static final int NAME_BYTES_MAX = 255 - StreamStore.STATES.length();

    /// The name of a producer is a key of the state channel, of which a key has 255 bytes.
    private static final int PRODUCER_MAX = 255;

    private final StreamStore store;
    private final StreamAppends appends;
    private final StreamReads reads;
    private final String path;

    StreamRoutes(StreamStore store, StreamAppends appends, StreamReads reads, String path) {
        this.store = store;
        this.appends = appends;
        this.reads = reads;
        this.path = path;
    }

    void register(Routes routes) {
        String streams = path + "/**";
        routes.put(streams, request -> answer(request, this::put))
                .post(streams, request -> answer(request, this::post))
                .get(streams, request -> answer(request, this::get))
                .delete(streams, request -> answer(request, this::delete));
    }

    private interface Operation {
        Response run(Request request, String name) throws InterruptedException;
    }

    private static Response answer(Request request, Operation operation) throws InterruptedException {
        Response response;
        try {
            response = operation.run(request, name(request.stars().getFirst()));
        } catch (RefusedException refused) {
            response = refused.response();
        }
        return response.header("Access-Control-Expose-Headers", EXPOSED);
    }

    private static String name(String stream) {
        if (stream.startsWith("$") || stream.contains("/$"))
            throw RefusedException.of(400, "Names with '$' at the start of a segment are reserved.");
        return stream;
    }

    /// @throws RefusedException if the name is no name of a channel
    private static void require(Request request, Action action, String name) {
        if (name.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX)
            throw RefusedException.of(400, "The name of a stream has at most " + NAME_BYTES_MAX + " bytes.");
        try {
            request.require(action, name);
        } catch (IllegalArgumentException invalid) {
            throw RefusedException.of(400, "This is no name of a stream: " + invalid.getMessage() + ".");
        }
    }

    // --- operations

    private Response put(Request request, String name) throws InterruptedException {
        require(request, Action.PUBLISH, name);
        CreateRequest asked = creation(request);
        if (asked.isClosed()) require(request, Action.CLOSE, name);
        if (asked.fork() != null)
            require(request, Action.SUBSCRIBE, asked.fork().source());
        StreamStore.Created created = store.create(name, asked, () -> require(request, Action.DELETE, name));
        StreamState state = created.state();
        Response response = Response.of(state.config().contentType(), new byte[0])
                .status(created.isNew() ? 201 : 200)
                .header("Stream-Next-Offset", store.tailText(state));
        if (created.isNew()) response = response.header("Location", request.url());
        return asked.isClosed() ? response.header("Stream-Closed", "true") : response;
    }

    private Response post(Request request, String name) throws InterruptedException {
        require(request, Action.PUBLISH, name);
        ProducerAppend producer = producer(request);
        byte[] body = request.body();
        AppendRequest asked = new AppendRequest(
                request.header("Content-Type").filter(type -> !type.isBlank()).orElse(null),
                body,
                isClosed(request),
                request.header("Stream-Seq").orElse(null),
                producer,
                Writer.of(request));
        if (asked.closes()) require(request, Action.CLOSE, name);
        else if (body.length == 0) {
            store.findNewest(name);
            throw RefusedException.of(400, "There is nothing to append. To close a stream, send Stream-Closed: true.");
        }
        Appended appended = appends.append(name, asked);
        boolean isAppended = producer != null && appended.isNew() && body.length > 0;
        Response response =
                Response.empty().status(isAppended ? 200 : 204).header("Stream-Next-Offset", appended.tail());
        if (producer != null && appended.lastSeq() >= 0) {
            response = response.header("Producer-Epoch", "" + producer.epoch())
                    .header("Producer-Seq", "" + appended.lastSeq());
        }
        return appended.isClosed() ? response.header("Stream-Closed", "true") : response;
    }

    private Response get(Request request, String name) throws InterruptedException {
        require(request, Action.SUBSCRIBE, name);
        return request.method().equals("HEAD") ? reads.head(name) : reads.get(request, name);
    }

    private Response delete(Request request, String name) throws InterruptedException {
        require(request, Action.DELETE, name);
        store.delete(name);
        return Response.empty().status(204);
    }

    // --- headers

    private CreateRequest creation(Request request) {
        String ttl = request.header("Stream-TTL").orElse(null);
        String expiresAt = request.header("Stream-Expires-At").orElse(null);
        if (ttl != null && expiresAt != null)
            throw RefusedException.of(400, "A stream has Stream-TTL or Stream-Expires-At, not both.");
        if (expiresAt != null) requireTime(expiresAt);
        return new CreateRequest(
                request.header("Content-Type").filter(type -> !type.isBlank()).orElse(null),
                ttl == null ? null : number("Stream-TTL", ttl, TTL_SECONDS_MAX),
                expiresAt,
                isClosed(request),
                fork(request),
                request.body(),
                Writer.of(request));
    }

    private CreateRequest.@Nullable Fork fork(Request request) {
        Optional<String> from = request.header("Stream-Forked-From");
        String sub = request.header("Stream-Fork-Sub-Offset").orElse(null);
        String offset = request.header("Stream-Fork-Offset").orElse("");
        if (from.isEmpty()) {
            if (sub == null && offset.isEmpty()) return null;
            throw RefusedException.of(400, "The offset of a fork needs Stream-Forked-From.");
        }
        String source = decoded(from.get());
        if (!from.get().startsWith(path + "/") || !source.startsWith(path + "/"))
            throw RefusedException.of(400, "Stream-Forked-From is the path of a stream below " + path + ".");
        long count = sub == null ? 0 : number("Stream-Fork-Sub-Offset", sub, NUMBER_MAX);
        return new CreateRequest.Fork(name(source.substring(path.length() + 1)), offset, count);
    }

    private static String decoded(String given) {
        try {
            return Objects.requireNonNullElse(URI.create(given).getPath(), "");
        } catch (IllegalArgumentException invalid) {
            throw RefusedException.of(400, "Stream-Forked-From is no path.");
        }
    }

    private static boolean isClosed(Request request) {
        return request.header("Stream-Closed").orElse("").equalsIgnoreCase("true");
    }

    private static void requireTime(String rfc3339) {
        try {
            if (!YEAR.matcher(rfc3339).lookingAt()) throw new DateTimeException("its year has other than 4 digits");
            StreamConfig.instant(rfc3339);
        } catch (DateTimeException invalid) {
            throw RefusedException.of(400, "Stream-Expires-At is an RFC 3339 time, such as 2026-11-20T08:15:30Z.");
        }
    }

    private static long number(String header, String text, long max) {
        if (NUMBER.matcher(text).matches() && Long.parseLong(text) <= max) return Long.parseLong(text);
        throw RefusedException.of(400, "The header " + header + " is a whole number up to " + max + ".");
    }

    private static @Nullable ProducerAppend producer(Request request) {
        Optional<String> id = request.header("Producer-Id");
        Optional<String> epoch = request.header("Producer-Epoch");
        Optional<String> seq = request.header("Producer-Seq");
        if (id.isEmpty() && epoch.isEmpty() && seq.isEmpty()) return null;
        if (id.isEmpty() || epoch.isEmpty() || seq.isEmpty())
            throw RefusedException.of(400, "Producer-Id, Producer-Epoch and Producer-Seq are sent together.");
        if (id.get().isEmpty() || id.get().length() > PRODUCER_MAX)
            throw RefusedException.of(400, "Producer-Id has 1 to " + PRODUCER_MAX + " characters.");
        return new ProducerAppend(
                id.get(),
                number("Producer-Epoch", epoch.get(), NUMBER_MAX),
                number("Producer-Seq", seq.get(), NUMBER_MAX));
    }
}
