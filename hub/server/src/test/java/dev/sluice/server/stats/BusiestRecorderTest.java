package dev.sluice.server.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Rig;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Event;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class BusiestRecorderTest {
    @AutoClose
    private final Rig rig = Rig.start();

    private final BusiestRecorder recorder =
            new BusiestRecorder(rig.hub, new StatsWriter(rig.hub), new ReaderStats(rig.hub));
    private int seconds;

    /// Counts a minute in which each second has a hundred new channels.
    private void countAMinute() {
        for (int second = 0; second < 60; second++) {
            ChannelActivity activity = new ChannelActivity();
            for (int i = 0; i < 100; i++) {
                Draft draft = Draft.event(new ChannelName("job-" + seconds + "-" + i), "message", Rig.text("done"));
                activity.add(Event.of(Cursor.parse("abc-1").orElseThrow(), 0, draft));
            }
            recorder.count(activity, 1, ++seconds * 1_000L);
        }
    }

    @Test
    void keepsNoNamesOfRemovedChannelsWithoutReaders() {
        countAMinute();
        assertThat(recorder.removed()).isZero();
        recorder.record(1, true, seconds * 1_000L);
        countAMinute();
        assertThat(recorder.removed()).as("for the reader").isPositive();
        recorder.rest();
        countAMinute();
        assertThat(recorder.removed()).isZero();
    }
}
