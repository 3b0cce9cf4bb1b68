package dev.sluice.load;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What load to make, and on whom.
///
/// @param connections   readers, shared out among the channels; 0 measures publishing alone
/// @param stalled       further readers, which never read
/// @param everySubset   each reader has another subset of the channels, in place of one channel
/// @param rate          events a second, all publishers together; 0 publishes nothing. Not used with `inFlight`
/// @param inFlight      above 0: the next is published as soon as fewer than so many are undelivered
/// @param size          bytes of an event's data
/// @param batch         events a request; above 1 they go to the hub's batch path as JSON lines
/// @param pipeline      requests a publisher may have unanswered
/// @param loops         threads that read
/// @param subscribePath where to read, `{channel}` being the channel's name; without it a hub's
/// @param publishPath   where to publish, in the same way
/// @param hello         a message each reader sends once its WebSocket is open, for servers that want one
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
        @Nullable String hello) {
    /// A process has 20,000 descriptors on many systems, and needs some for itself.
    public static final int CONNECTIONS_MAX = 19_000;

    public static final int SIZE_MAX = 1 << 20;
    public static final int BATCH_MAX = 1_000;

    /// The clock of payloads runs in 31 bits of microseconds.
    private static final Duration TIME_MAX = Duration.ofMinutes(30);

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
                    "--warmup and --duration together are at most " + TIME_MAX.toMinutes() + " minutes.");
        }
        if (everySubset) check(channels <= SUBSET_CHANNELS_MAX, "channels with --subsets", 1, SUBSET_CHANNELS_MAX);
        if (batch > 1 && (publishPath != null || publishesOverWebSocket)) {
            throw new IllegalArgumentException(
                    "--batch is for hubs and POST: leave out --publish-path and --publish-as.");
        }
        Target.of(url);
    }

    private static void check(boolean isGood, String name, int min, int max) {
        if (!isGood) throw new IllegalArgumentException("--%s takes from %,d to %,d.".formatted(name, min, max));
    }

    Target target() {
        return Target.of(url);
    }

    Lanes lanes() {
        return new Lanes(publishers, channels);
    }
}
