package dev.sluice.core.log;

import static dev.sluice.core.log.TestLog.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.cursor.ReadCursor;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// The resolution of cursors that clients return with.
public interface ResolveContract extends LogSubject {
    @Test
    default void findsItsOwnCursors() {
        try (var test = open()) {
            Cursor begin = test.log.head();
            Cursor first = test.publish("a", "1");
            Cursor second = test.publish("b", "2");
            for (Cursor cursor : List.of(begin, first, second)) {
                assertThat(get(test.log.resolve(cursor.text()))).isEqualTo(new ResolvedCursor.At(cursor));
            }
        }
    }

    @Test
    default void findsACursorWhoseEventIsGone() {
        try (var test = openKeeping(1)) {
            Cursor gone = test.publish("a", "1");
            test.publish("a", "2");
            test.publish("a", "3");
            assertThat(get(test.log.resolve(gone.text()))).isEqualTo(new ResolvedCursor.At(gone));
            assertThat(test.all(ReadCursor.at(gone), "a")).containsExactly("gap of TRIMMED", "3");
        }
    }

    @Test
    default void reportsACursorThatItNeverAssignedAsLost() {
        try (var test = openKeeping(2)) {
            Cursor place = test.publish("a", "1");
            for (String data : List.of("2", "3")) test.publish("a", data);
            test.publish("b", "4");
            test.delete("b");
            String otherLife = new Cursor(new Epoch("another"), place.position()).text();
            for (String text : List.of(otherLife, "nonsense", "", "-", place.text() + "0x", "ä", "x".repeat(512))) {
                ResolvedCursor resolved = get(test.log.resolve(text));
                assertThat(resolved).isInstanceOf(ResolvedCursor.Lost.class);
                ReadCursor resume = ((ResolvedCursor.Lost) resolved).resume();
                assertThat(test.all(resume, "**"))
                        .as("everything kept, without a second gap")
                        .containsExactly("2", "3");
                assertThat(test.all(resume, "a", "b")).containsExactly("2", "3");
            }
        }
    }

    @Test
    default void resumesAnUnknownCursorInAnEmptyLog() {
        try (var test = open()) {
            ResolvedCursor.Lost lost = (ResolvedCursor.Lost) get(test.log.resolve("nonsense"));
            test.publish("a", "1");
            assertThat(test.all(lost.resume(), "a")).containsExactly("1");
        }
    }

    @Test
    default void waitsForACursorAheadOfTheHead() {
        try (var test = open()) {
            Cursor head = test.publish("a", "1");
            Cursor ahead = new Cursor(head.epoch(), head.position() + 3);
            CompletableFuture<ResolvedCursor> stage =
                    test.log.resolve(ahead.text()).toCompletableFuture();
            int published = 0;
            while (test.log.head().isBefore(ahead)) {
                assertThat(stage).isNotDone();
                test.publish("a", "more");
                assertThat(++published).as("positions grow").isLessThanOrEqualTo(3);
            }
            assertThat(get(stage)).isEqualTo(new ResolvedCursor.At(ahead));
        }
    }

    @Test
    default void removesWaitersThatCancel() {
        try (var test = open()) {
            Cursor head = test.publish("a", "1");
            Cursor ahead = new Cursor(head.epoch(), head.position() + 1_000_000);
            for (int i = 0; i < 100_000; i++) {
                CompletableFuture<ResolvedCursor> stage =
                        test.log.resolve(ahead.text()).toCompletableFuture();
                assertThat(stage.isCompletedExceptionally()).as("refused").isFalse();
                stage.cancel(false);
            }
        }
    }

    @Test
    default void failsWaitersWhenTheLogIsClosed() {
        try (var test = open()) {
            Cursor head = test.log.head();
            CompletableFuture<ResolvedCursor> stage = test.log
                    .resolve(new Cursor(head.epoch(), head.position() + 1).text())
                    .toCompletableFuture();
            assertThat(stage).isNotDone();
            test.log.close();
            assertThat(stage).isCompletedExceptionally();
        }
    }
}
