package dev.sluice.load;

import dev.sluice.load.http.Target;
import dev.sluice.wire.Payload;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The parameters of a load run.
///
/// @param connections   readers, distributed over the channels; 0 measures publishing only
/// @param stalled       additional readers that never read
/// @param everySubset   each reader subscribes to a different subset of the channels instead of one channel
/// @param rate          events per second of all publishers together; 0 publishes nothing. Ignored with `inFlight`
/// @param inFlight      if above 0, the next event is published as soon as fewer than this many are in flight
/// @param size          size of an event's data in bytes
/// @param batch         events per request; above 1 they are sent to the hub's batch path as JSON lines
/// @param pipeline      unanswered requests that a publisher may have
/// @param loops         number of reading threads
/// @param subscribePath path to subscribe at, with `{channel}` for the channel's name; null for that of a hub
/// @param publishPath   path to publish at, in the same form
/// @param resumes       readers and publishers reconnect after a loss, readers after their last event
/// @param cutEvery      average interval at which each reader's connection is cut at random; null for never
/// @param comeBackAfter minimum pause before a reader reconnects; the maximum is twice as long
/// @param streams       readers that share a connection over HTTP/2; 0 for a connection each, with HTTP/1.1
/// @param authorities   trusted certificate authorities, in PEM format; null for the JDK's
/// @param hello         message that each reader sends once its WebSocket is open, for servers that require one
public record Plan(
        URI url,
        Protocol protocol,
        int connections,
        int stalled,
        int channels,
        boolean everySubset,
        int publishers,
        double rate,
        int inFlight,
        int size,
        int batch,
        int pipeline,
        int loops,
        Duration warmup,
        Duration duration,
        @Nullable String subscribePath,
        @Nullable String publishPath,
        boolean publishesOverWebSocket,
        boolean resumes,
        @Nullable Duration cutEvery,
        Duration comeBackAfter,
        int streams,
        @Nullable Path authorities,
        @Nullable String hello) {
    /// Many systems limit a process to 20,000 descriptors, and it needs some itself.
    public static final int CONNECTIONS_MAX = 19_000;

    public static final int SIZE_MAX = 1 << 20;
    public static final int BATCH_MAX = 1_000;

    /// Servers permit about a hundred (RFC 9113 §6.5.2).
    private static final int STREAMS_MAX = 1_000;

    /// The time in payloads has 31 bits of microseconds.
    private static final Duration TIME_MAX = Duration.ofMinutes(30);

    /// Readers that resume buffer whole lines.
    private static final int RESUMING_SIZE_MAX = 16 << 10;

    private static final int SUBSET_CHANNELS_MAX = 16;
    private static final int LANES_MAX = 100_000;

    public Plan {
        check(connections >= 0 && connections + stalled <= CONNECTIONS_MAX, "connections", 0, CONNECTIONS_MAX);
        check(stalled >= 0, "stalled", 0, CONNECTIONS_MAX);
        check(channels >= 1 && channels <= LANES_MAX, "channels", 1, LANES_MAX);
        check(publishers >= 1 && publishers <= 1_000, "publishers", 1, 1_000);
        check(rate >= 0 && rate <= 1e7, "rate", 0, 10_000_000);
        check(inFlight >= 0 && inFlight <= 1_000_000, "in-flight", 0, 1_000_000);
        check(size >= Payload.BYTES_MIN && size <= SIZE_MAX, "size", Payload.BYTES_MIN, SIZE_MAX);
        check(batch >= 1 && batch <= BATCH_MAX, "batch", 1, BATCH_MAX);
        check(pipeline >= 1 && pipeline <= 1_000, "pipeline", 1, 1_000);
        check(loops >= 1 && loops <= 64, "loops", 1, 64);
        if (warmup.plus(duration).compareTo(TIME_MAX) > 0) {
            throw new IllegalArgumentException(
                    "--warmup and --duration together may be at most " + TIME_MAX.toMinutes() + " minutes.");
        }
        if (everySubset) check(channels <= SUBSET_CHANNELS_MAX, "channels with --subsets", 1, SUBSET_CHANNELS_MAX);
        if (batch > 1 && (publishPath != null || publishesOverWebSocket)) {
            throw new IllegalArgumentException(
                    "--batch is for hubs and POST: leave out --publish-path and --publish-as.");
        }
        if (cutEvery != null && !resumes) throw new IllegalArgumentException("--cut needs --resume.");
        if (resumes && (protocol != Protocol.SSE || publishesOverWebSocket || batch > 1 || size > RESUMING_SIZE_MAX)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "--resume is for sse and an event a POST, of at most %,d bytes.", RESUMING_SIZE_MAX));
        }
        check(streams >= 0 && streams <= STREAMS_MAX, "streams", 0, STREAMS_MAX);
        boolean isTls = Target.of(url).isTls();
        if (streams > 0 && (!isTls || protocol.isWebSocket() || resumes || stalled > 0)) {
            throw new IllegalArgumentException(
                    "--streams is for https and readers without WebSocket, --resume and --stalled.");
        }
        if (authorities != null && !isTls) throw new IllegalArgumentException("--cacert is for an address with https.");
    }

    private static void check(boolean isGood, String name, int min, int max) {
        if (!isGood)
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "--%s takes from %,d to %,d.", name, min, max));
    }

    Target target() {
        return Target.of(url);
    }

    PublisherChannels lanes() {
        return new PublisherChannels(publishers, channels);
    }
}
