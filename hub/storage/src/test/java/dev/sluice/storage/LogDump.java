package dev.sluice.storage;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.TestLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Everything that a log returns: events read from the beginning, snapshots, idempotency keys and counts, a line each,
/// for comparing two logs.
final class LogDump {
    private final Log log;
    private final Cursor begin;
    private final List<String> lines = new ArrayList<>();

    private LogDump(Log log, Cursor begin) {
        this.log = log;
        this.begin = begin;
    }

    /// @param begin a position before everything
    /// @param keys  of publishes to the channel `once`, whose data equals the key
    static List<String> by(Log log, Cursor begin, List<String> channels, List<String> keys) {
        LogDump dump = new LogDump(log, LogFixture.at(log, begin.text()));
        for (String channel : channels) {
            dump.read(channel, Filter.NONE);
            dump.read(channel, new Filter(Set.of(), false, log.head()));
        }
        for (ChannelState state : log.channels(null, 1_000)) dump.lines.add(state.toString());
        for (String key : keys)
            dump.lines.add(LogFixture.once(log, "once", key, key).toString());
        return dump.lines;
    }

    private void read(String selection, Filter filter) {
        ReadCursor place = ReadCursor.at(begin);
        while (true) {
            Read read = log.read(place, Selection.of(selection), filter, 1_000, 1 << 20);
            if (read instanceof Read.Pending(var later)) read = TestLog.get(later);
            switch (read) {
                case Read.Batch batch -> {
                    for (Entry entry : batch.entries()) lines.add(selection + " " + line(entry));
                    place = place.moved(batch.next());
                }
                case Read.Missing missing -> {
                    lines.add(selection + " gap " + missing.gap().reason());
                    place = missing.resume();
                }
                case Read.CaughtUp caughtUp -> {
                    return;
                }
                case Read.Pending pending -> throw new AssertionError("still pending");
            }
        }
    }

    private static String line(Entry entry) {
        String key = entry instanceof Event event ? event.type() + " " + event.key() : "";
        return entry.id() + " " + entry.channel() + " " + entry.timeMs() + " " + key + " " + Contents.describe(entry);
    }
}
