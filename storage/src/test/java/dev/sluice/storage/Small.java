package dev.sluice.storage;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestClock;
import dev.sluice.core.log.TestLog;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// A small log of a few lives, with something of everything in tables and in the write-ahead log: what a death in its
/// last life leaves, and what a clean end does.
final class Small {
    static final List<String> CHANNELS = List.of("**", "c/0", "c/1", "c/2", "trimmed", "deleted", "ended", "once");

    private static final int LIVES = 4;
    private static final int EVENTS = 30;

    final Path killed;
    final Path closed;
    final Cursor begin;

    Small(Path folder) {
        killed = folder.resolve("killed");
        closed = folder.resolve("closed");
        Cursor first = null;
        for (int life = 0; life < LIVES; life++) {
            try (RocksLog log = open(killed)) {
                if (first == null) first = new Cursor(log.head().epoch(), 0);
                fill(log, life);
                if (life == LIVES - 1) log.stop(new LogUnavailable("a death, as this test wants", null));
            }
        }
        open(Folders.copy(killed, closed)).close();
        begin = first;
    }

    static RocksLog open(Path folder) {
        return RocksLog.builder(folder)
                .clock(new TestClock())
                .retention(channel -> channel.value().equals("trimmed") ? Retention.events(5) : Retention.ALL)
                .reserveBytes(0)
                .open();
    }

    private static void fill(RocksLog log, int life) {
        for (int i = 0; i < EVENTS; i++) {
            String data = "event " + life + "." + i + " x".repeat(i * 9);
            Draft draft = new Draft(
                    new ChannelName("c/" + i % 3), "message", "key " + i % 5, null, Contents.text(data), false, false);
            TestLog.get(log.append(new Publication(draft, Conditions.NONE)));
        }
        for (int i = 0; i < 8; i++) Hand.publish(log, "trimmed", life + "." + i);
        Hand.publish(log, "deleted", "gone");
        TestLog.get(log.delete(new ChannelName("deleted")));
        if (life % 2 == 1) Hand.publish(log, "deleted", "anew");
        if (life == 1) TestLog.get(log.append(new Publication(Draft.end(new ChannelName("ended")), Conditions.NONE)));
        for (String key : keys(life)) Hand.once(log, "once", key, key);
    }

    private static List<String> keys(int life) {
        return List.of("key " + life + ".1", "key " + life + ".2");
    }

    /// All that it tells once it is open.
    List<String> told(RocksLog log) {
        List<String> keys = IntStream.range(0, LIVES)
                .boxed()
                .flatMap(life -> keys(life).stream())
                .toList();
        return Told.by(log, begin, CHANNELS, keys);
    }
}
