package dev.sluice.core.delivery.stream;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Joins adjacent text events of the same kind, so that a reload in the middle of a long answer gets one event,
/// not a thousand. `docs/protocol.md` §2, `coalesce`.
public final class Coalescing {
    /// Keeps joined events within the size of ordinary ones.
    static final int BYTES_MAX = 64 * 1024;

    private Coalescing() {}

    /// Returns the entries with adjacent mergeable events joined, each under the id of its last part.
    ///
    /// @param upTo a boundary that no joined event crosses, because a subscriber already has part of the event
    ///             that ends there; null if there is none
    public static List<Entry> join(List<Entry> entries, @Nullable Cursor upTo) {
        List<Entry> joined = new ArrayList<>(entries.size());
        int at = 0;
        while (at < entries.size()) {
            int end = at + 1;
            if (entries.get(at) instanceof Event first && isText(first)) end = endOfRun(entries, at, first, upTo);
            joined.add(end == at + 1 ? entries.get(at) : joined(entries.subList(at, end)));
            at = end;
        }
        return joined;
    }

    private static int endOfRun(List<Entry> entries, int at, Event first, @Nullable Cursor upTo) {
        int bytes = first.dataBytes();
        int end = at + 1;
        long last = upTo == null ? -1 : upTo.position();
        while (end < entries.size() && entries.get(end - 1).position() != last) {
            if (!(entries.get(end) instanceof Event next) || !canJoin(first, next)) break;
            bytes += next.dataBytes();
            if (bytes > BYTES_MAX) break;
            end++;
        }
        return end;
    }

    private static boolean isText(Event event) {
        return event.contentKind() == ContentKind.TEXT && !event.isForgotten() && !event.isKeyEnd();
    }

    private static boolean canJoin(Event first, Event second) {
        return isText(second)
                && first.channel().equals(second.channel())
                && first.type().equals(second.type())
                && first.equalsApartFromTrace(second)
                && first.contentType().equals(second.contentType());
    }

    private static Event joined(List<Entry> parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Entry part : parts) bytes.writeBytes(((Event) part).data());
        Event last = (Event) parts.getLast();
        ChannelName channel = last.channel();
        Content content = new Content(ContentKind.TEXT, last.contentType(), bytes.toByteArray());
        return Event.of(last.id(), last.timeMs(), Draft.event(channel, last.type(), last, content));
    }
}
