package dev.sluice.storage;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
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

/// All that a log tells those who ask: every reader from the very beginning, snapshots, idempotency keys, counts. A
/// line
/// for each, to compare two logs by.
final class Told {
    private final Log log;
    private final Cursor begin;
    private final List<String> lines = new ArrayList<>();

    private Told(Log log, Cursor begin) {
        this.log = log;
        this.begin = begin;
    }

    /// @param begin a place in front of everything
    /// @param keys  of publishes to the channel `once`, whose data they are too
    static List<String> by(Log log, Cursor begin, List<String> channels, List<String> keys) {
        Told told = new Told(log, Hand.at(log, begin.text()));
        for (String channel : channels) {
            told.read(channel, Filter.NONE);
            told.read(channel, new Filter(Set.of(), false, log.head()));
        }
        for (ChannelState state : log.channels(null, 1_000)) told.lines.add(state.toString());
        for (String key : keys) told.lines.add(Hand.once(log, "once", key, key).toString());
        return told.lines;
    }

    private void read(String selection, Filter filter) {
        Place place = Place.at(begin);
        while (true) {
            Read read = log.read(place, Selection.of(selection), filter, 1_000, 1 << 20);
            if (read instanceof Read.Elsewhere(var later)) read = TestLog.get(later);
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
                case Read.Elsewhere elsewhere -> throw new AssertionError("still elsewhere");
            }
        }
    }

    private static String line(Entry entry) {
        String key = entry instanceof Event event ? event.type() + " " + event.key() : "";
        return entry.id() + " " + entry.channel() + " " + entry.timeMs() + " " + key + " " + Contents.word(entry);
    }
}
