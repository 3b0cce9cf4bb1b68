package dev.sluice.mercure;

import dev.sluice.BatchItem;
import dev.sluice.Channels;
import dev.sluice.Event;
import dev.sluice.EventPage;
import dev.sluice.LogUnavailableException;
import dev.sluice.Message;
import dev.sluice.Sluice;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the place in the log after an update by its id. The id of most updates is that of their event. Updates
/// with an id of their own, or several topics, are followed by an event with that id, in the same atomic batch.
final class Ids {
    static final String CHANNEL = "$program/mercure/ids";
    static final int KNOWN_MAX = 100_000;

    /// An id of 255 characters, its cursor, and their entry.
    private static final int KNOWN_BYTES = 1_024;

    private static final Pattern EVENT_ID = Pattern.compile("[A-Za-z0-9]{1,32}-[0-9]{1,18}");
    private static final int PAGE = 1_000;

    private final Sluice hub;
    private final LongSupplier bytesMax;

    /// The cursors after updates, by the updates' own ids; the oldest gives way.
    private final Map<String, String> known = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > Math.min(KNOWN_MAX, bytesMax.getAsLong() / KNOWN_BYTES);
        }
    };

    /// Up to where `known` has read the log; null at first.
    private @Nullable String readTo;

    Ids(Sluice hub, LongSupplier bytesMax) {
        this.hub = hub;
        this.bytesMax = bytesMax;
    }

    /// Returns true if a publisher may choose this id: it is not empty, and names no position in the log.
    static boolean isOwn(String id) {
        return !id.isEmpty() && !id.startsWith("#") && !id.equals(Subscriber.EARLIEST) && Topics.isClean(id);
    }

    static BatchItem item(String id) {
        return new BatchItem.Publish(CHANNEL, Message.text(id));
    }

    /// Reads a page after an update; empty if the update is unknown.
    ///
    /// @throws LogUnavailableException if the log cannot be read
    Optional<EventPage> after(String id, Channels channels, int limit) throws InterruptedException {
        Optional<String> own = id.startsWith("#") ? Optional.empty() : find(id);
        String cursor = own.orElse(id.startsWith("#") ? id.substring(1) : id);
        if (own.isEmpty() && !EVENT_ID.matcher(cursor).matches()) return Optional.empty();
        try {
            return Optional.of(channels.after(cursor).read(limit, Duration.ZERO));
        } catch (LogUnavailableException unreachable) {
            // The id is ahead of the log. If instead the log has failed, so does the caller's read that follows.
            return Optional.empty();
        }
    }

    /// Reads the ids that are new since the last call. Of several updates with one id, the first counts.
    private synchronized Optional<String> find(String id) throws InterruptedException {
        Channels all = hub.channels(CHANNEL);
        boolean hasMore = true;
        while (hasMore) {
            EventPage page = (readTo == null ? all.earliest() : all.after(readTo)).read(PAGE, Duration.ZERO);
            for (Event each : page.events()) known.putIfAbsent(each.text(), each.id());
            readTo = page.cursor();
            hasMore = page.hasMore();
        }
        return Optional.ofNullable(known.get(id));
    }

    /// Returns the id that stands for all updates so far (`last-event-id`).
    String last() throws InterruptedException {
        String cursor = hub.channels("**", "$program/mercure/**")
                .latest()
                .read(1, Duration.ZERO)
                .cursor();
        return Update.id(cursor);
    }
}
