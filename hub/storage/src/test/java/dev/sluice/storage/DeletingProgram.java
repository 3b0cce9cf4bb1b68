package dev.sluice.storage;

import static dev.sluice.core.log.TestLog.get;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Fills a channel, deletes it and publishes to it again, until it is killed. Prints `deleting` before the deletion,
/// `deleted` when it is acknowledged, and then each acknowledged event.
///
/// `FOLDER EVENTS`
final class DeletingProgram {
    private static final int BATCH = 1_000;

    private DeletingProgram() {}

    public static void main(String[] args) {
        RocksLog log = RocksLog.builder(Path.of(args[0]))
                .retention(channel -> Retention.ALL)
                .reserveBytes(0)
                .limits(limits -> limits.tailBytes(100_000))
                .open();
        for (int from = 0; from < Integer.parseInt(args[1]); from += BATCH) {
            List<Publication> batch = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) batch.add(LogFixture.publication("big", "old" + (from + i)));
            get(log.appendAll(batch));
        }
        System.out.println("deleting");
        get(log.delete(new ChannelName("big")));
        System.out.println("deleted");
        for (int i = 0; ; i++) {
            LogFixture.publish(log, "big", "new" + i);
            System.out.println("new" + i);
        }
    }
}
