package dev.sluice.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A publish is acknowledged only after two of the three nodes have synced it (`fsync`). Flight Recorder,
/// which records each write and sync of a file, shows that they did so before.
final class RatisLogSyncTest extends RatisLogSubject {
    private static final int PUBLISHES = 20;
    private static final int MAJORITY = 2;

    /// More bytes than all else that Raft writes to its log, so that the number of written bytes shows how
    /// many publishes are written.
    private static final int EVENT_BYTES = 100_000;

    private static final String WRITE = "jdk.FileWrite";
    private static final String SYNC = "jdk.FileForce";
    private static final String ACKNOWLEDGED = "sluice.Acknowledged";

    @Name(ACKNOWLEDGED)
    private static final class Acknowledged extends Event {}

    @Test
    void acknowledgesWhatAMajorityHasSynced(@TempDir Path folder) throws Exception {
        List<RecordedEvent> events;
        try (Log log = open(Retention.ALL, InstantSource.system());
                Recording recording = new Recording()) {
            publish(log); // Raft has chosen a leader.
            settle(log);
            for (String each : List.of(WRITE, SYNC, ACKNOWLEDGED))
                recording.enable(each).withoutThreshold().withoutStackTrace();
            recording.start();
            for (int i = 0; i < PUBLISHES; i++) {
                publish(log);
                new Acknowledged().commit();
            }
            settle(log);
            recording.stop();
            events = read(recording, folder.resolve("events.jfr"));
        }
        List<List<Instant>> synced = new ArrayList<>();
        for (int node = 0; node < 3; node++) synced.add(synced(events, "node-" + node));
        List<Instant> acknowledged = events.stream()
                .filter(each -> each.getEventType().getName().equals(ACKNOWLEDGED))
                .map(RecordedEvent::getStartTime)
                .toList();
        assertThat(acknowledged).hasSize(PUBLISHES);
        for (int i = 0; i < PUBLISHES; i++) {
            int publish = i;
            assertThat(synced)
                    .as("synced before publish %d was acknowledged at %s", i, acknowledged.get(i))
                    .filteredOn(
                            node -> node.size() > publish && node.get(publish).isBefore(acknowledged.get(publish)))
                    .hasSizeGreaterThanOrEqualTo(MAJORITY);
        }
    }

    private static void publish(Log log) {
        var draft = Draft.event(new ChannelName("news"), EventType.MESSAGE, Contents.text("x".repeat(EVENT_BYTES)));
        assertThat(TestLog.get(log.append(new Publication(draft, Conditions.NONE))))
                .isInstanceOf(AppendResult.Placed.class);
    }

    private static List<RecordedEvent> read(Recording recording, Path file) throws IOException {
        recording.dump(file);
        List<RecordedEvent> events = new ArrayList<>(RecordingFile.readAllEvents(file));
        events.sort(Comparator.comparing(RecordedEvent::getEndTime));
        return events;
    }

    /// The times at which a node had synced each publish.
    private static List<Instant> synced(List<RecordedEvent> events, String node) {
        List<Instant> written = new ArrayList<>();
        List<Instant> synced = new ArrayList<>();
        long bytes = 0;
        for (RecordedEvent each : events) {
            if (!isOfLog(each, node)) continue;
            if (each.getEventType().getName().equals(SYNC)) {
                while (synced.size() < written.size() && !each.getStartTime().isBefore(written.get(synced.size())))
                    synced.add(each.getEndTime());
            } else if (!isPreallocation(each)) {
                bytes += each.getLong("bytesWritten");
                while (written.size() < bytes / EVENT_BYTES) written.add(each.getEndTime());
            }
        }
        return synced;
    }

    private static boolean isOfLog(RecordedEvent event, String node) {
        if (!event.hasField("path")) return false;
        String path = event.getString("path");
        return path != null && path.contains("/" + node + "/") && path.contains("/log_inprogress");
    }

    /// Ratis preallocates the file with zeros in chunks of this size.
    private static boolean isPreallocation(RecordedEvent write) {
        return Long.bitCount(write.getLong("bytesWritten")) == 1;
    }
}
