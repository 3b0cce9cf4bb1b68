package dev.sluice.storage.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SyncerTest {
    /// Otherwise the log would acknowledge publishes for ever that a loss of power takes.
    @Test
    void stopsTheLogAfterAnErrorAsAfterAFailureOfTheDisk() throws Exception {
        FailStop failStop = new FailStop();
        CountDownLatch failed = new CountDownLatch(1);
        Syncer syncer = new Syncer(
                () -> {
                    failed.countDown();
                    throw new OutOfMemoryError("as this test requires");
                },
                failStop,
                () -> new Cursor(new Epoch("a"), 0));
        syncer.start();
        assertThat(failed.await(60, TimeUnit.SECONDS)).isTrue();
        syncer.close();
        assertThat(failStop.reason()).isNotNull();
        assertThat(syncer.synced()).isNull();
    }
}
