package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.CannotStartException;
import dev.sluice.PublishResult;
import dev.sluice.Sluice;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A hub whose events are kept in a folder.
final class DurableTest {
    @TempDir
    private Path folder;

    @Test
    void resumesAfterARestartWhereASubscriptionStopped() throws Exception {
        var received = new LinkedBlockingQueue<String>();
        String cursor;
        try (var app = Sluice.in(folder).port(0).start()) {
            var first = (PublishResult.Stored) app.channel("news").publish("one");
            app.channel("news").publish("two");
            cursor = first.id();
        }
        try (var app = Sluice.in(folder).port(0).start()) {
            app.channels("news").after(cursor).subscribe(event -> received.add(event.text()));
            app.channel("news").publish("three");
            assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo("two");
            assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo("three");
        }
    }

    @Test
    void leavesTheFolderAloneBeforeTheStart() {
        Path data = folder.resolve("data");

        Sluice.in(data).close();

        assertThat(data).doesNotExist();
    }

    @Test
    void reportsThatTheFolderIsInUse() {
        try (var app = Sluice.in(folder).port(0).start()) {
            var second = Sluice.in(folder).port(0);
            assertThatThrownBy(second::start)
                    .isInstanceOf(CannotStartException.class)
                    .hasMessageContaining(folder.toString());
            assertThatThrownBy(second::start).isInstanceOf(IllegalStateException.class);
            assertThat(app.channel("news").publish("still here").isStored()).isTrue();
        }
    }
}
