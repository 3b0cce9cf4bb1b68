package dev.sluice.storage;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestClock;
import dev.sluice.core.log.TestLog;
import dev.sluice.storage.folder.LogUnavailableException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// A small log after a few starts, with samples of everything in tables and in the write-ahead log: [#killed] as a
/// crash leaves it, [#closed] as a clean end does.
public final class SmallLog {
    static final List<String> CHANNELS = List.of("**", "c/0", "c/1", "c/2", "trimmed", "deleted", "ended", "once");

    private static final int STARTS = 4;
    private static final int EVENTS = 30;

    public final Path killed;
    public final Path closed;
    public final Cursor begin;

    public SmallLog(Path folder) {
        killed = folder.resolve("killed");
        closed = folder.resolve("closed");
        Cursor first = null;
        for (int start = 0; start < STARTS; start++) {
            try (RocksLog log = open(killed)) {
                if (first == null) first = new Cursor(log.head().epoch(), 0);
                fill(log, start);
                if (start == STARTS - 1) log.stop(new LogUnavailableException("a crash, simulated by the test", null));
            }
        }
        open(Folders.copy(killed, closed)).close();
        begin = first;
    }

    public static RocksLog open(Path folder) {
        return RocksLog.builder(folder)
                .clock(new TestClock())
                .retention(channel -> channel.value().equals("trimmed") ? Retention.events(5) : Retention.ALL)
                .reserveBytes(0)
                .open();
    }

    private static void fill(RocksLog log, int start) {
        for (int i = 0; i < EVENTS; i++) {
            String data = "event " + start + "." + i + " x".repeat(i * 9);
            Draft draft = Draft.event(
                    new ChannelName("c/" + i % 3), "message", EventFields.ofKey("key " + i % 5), Contents.text(data));
            TestLog.get(log.append(new Publication(draft, Conditions.NONE)));
        }
        for (int i = 0; i < 8; i++) LogFixture.publish(log, "trimmed", start + "." + i);
        LogFixture.publish(log, "deleted", "gone");
        TestLog.get(log.delete(new ChannelName("deleted")));
        if (start % 2 == 1) LogFixture.publish(log, "deleted", "anew");
        if (start == 1) TestLog.get(log.append(new Publication(Draft.end(new ChannelName("ended")), Conditions.NONE)));
        for (String key : keys(start)) LogFixture.once(log, "once", key, key);
    }

    private static List<String> keys(int start) {
        return List.of("key " + start + ".1", "key " + start + ".2");
    }

    /// All that an open log returns.
    public List<String> dump(RocksLog log) {
        List<String> keys = IntStream.range(0, STARTS)
                .boxed()
                .flatMap(start -> keys(start).stream())
                .toList();
        return LogDump.by(log, begin, CHANNELS, keys);
    }
}
