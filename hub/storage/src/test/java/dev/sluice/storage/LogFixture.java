package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Entry;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.ResolvedCursor;
import dev.sluice.core.log.Start;
import dev.sluice.core.log.TestLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Operations on a log for tests.
public final class LogFixture {
    private LogFixture() {}

    public static Publication publication(String channel, String data) {
        Content content = new Content(ContentKind.TEXT, "text/plain", data.getBytes(StandardCharsets.UTF_8));
        return new Publication(Draft.event(new ChannelName(channel), "message", content), Conditions.NONE);
    }

    public static Cursor publish(Log log, String channel, String data) {
        return ((AppendResult.Placed) TestLog.get(log.append(publication(channel, data)))).id();
    }

    public static AppendResult once(Log log, String channel, String key, String data) {
        Conditions conditions =
                new Conditions(new Conditions.Idempotency("", key, "print"), new Conditions.Newest.Any());
        return TestLog.get(log.append(new Publication(publication(channel, data).draft(), conditions)));
    }

    public static ReadCursor earliest(Log log, String... selection) {
        return TestLog.get(log.locate(new Start.Earliest(), Selection.of(selection), Filter.NONE));
    }

    public static List<String> words(Log log, ReadCursor from, String... selection) {
        return Contents.describeAll(entries(log, from, selection)).stream().toList();
    }

    /// All entries up to the head; fails on a gap.
    public static List<Entry> entries(Log log, ReadCursor from, String... selection) {
        List<Entry> entries = new ArrayList<>();
        ReadCursor place = from;
        while (true) {
            switch (read(log, place, selection)) {
                case Read.Batch batch -> {
                    entries.addAll(batch.entries());
                    place = place.moved(batch.next());
                }
                case Read.CaughtUp caughtUp -> {
                    return entries;
                }
                case Read.Missing missing -> throw new AssertionError("a gap: " + missing);
                case Read.Pending pending -> throw new AssertionError("still pending");
            }
        }
    }

    public static Read read(Log log, ReadCursor place, String... selection) {
        Read read = log.read(place, Selection.of(selection), Filter.NONE, 1_000, 1 << 20);
        return read instanceof Read.Pending(var later) ? TestLog.get(later) : read;
    }

    public static Cursor at(Log log, String cursor) {
        ResolvedCursor resolved = TestLog.get(log.resolve(cursor));
        assertThat(resolved).isInstanceOf(ResolvedCursor.At.class);
        return ((ResolvedCursor.At) resolved).cursor();
    }

    /// The place where a reader with a lost cursor resumes, after a gap of reason epoch.
    public static ReadCursor lost(Log log, String cursor) {
        ResolvedCursor resolved = TestLog.get(log.resolve(cursor));
        assertThat(resolved).isInstanceOf(ResolvedCursor.Lost.class);
        return ((ResolvedCursor.Lost) resolved).resume();
    }
}
