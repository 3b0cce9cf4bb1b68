package dev.sluice.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.LogContract;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestAppend;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Runs the log contract on the log in memory.
final class MemoryLogTest implements LogContract {
    @Override
    public Log open(Retention rule, InstantSource clock) {
        return MemoryLog.builder(clock).retention(channel -> rule).open();
    }

    /// Each request parses its own copy of the name. Only one may stay, as the collector traverses every object kept.
    @Test
    void entriesOfAChannelShareItsName() {
        try (var test = open()) {
            test.appendAll(publication("1"), publication("2"));
            test.publish("a", "3");
            test.end("a");
            var batch = (Read.Batch) test.read(test.earliest("a"), "a");
            assertThat(batch.entries()).hasSize(4);
            Entry first = batch.entries().getFirst();
            assertThat(batch.entries())
                    .allSatisfy(each -> assertThat(each.channel()).isSameAs(first.channel()));
        }
    }

    @Test
    void eventsOfAChannelShareWhatTheyHaveInCommon() {
        try (var test = open()) {
            test.appendAll(publication("1"), publication("2"));
            test.append(publication("3").draft(), Conditions.NONE);
            var batch = (Read.Batch) test.read(test.earliest("a"), "a");
            assertThat(batch.entries()).hasSize(3);
            Event first = (Event) batch.entries().getFirst();
            assertThat(batch.entries())
                    .allSatisfy(each -> assertThat(((Event) each).attributes()).isSameAs(first.attributes()));
        }
    }

    @Test
    void takesEveryChannelForOneOfManyDeletions() {
        try (var test = open()) {
            Selection other = Selection.of("other");
            long before = test.log.removals();
            for (int i = 0; i < 300; i++) {
                test.publish("a", "1");
                test.delete("a");
            }
            assertThat(test.log.hasRemoved(other::matches, before)).isTrue();
            assertThat(test.log.hasRemoved(other::matches, test.log.removals() - 1))
                    .isFalse();
            assertThat(test.log.hasRemoved(Selection.of("a")::matches, test.log.removals()))
                    .isFalse();
        }
    }

    /// As each time wakes every event loop.
    @Test
    void notifiesReadersOnceOfPublishesThatArriveTogether() {
        try (var test = open()) {
            List<Cursor> heads = new ArrayList<>();
            test.log.reader().onHeadMoved(() -> heads.add(test.log.head()));
            assertThat(test.log.writer().isGrouping()).isTrue();
            test.appendEach(publication("1"), publication("2"), publication("3"));
            assertThat(heads).containsExactly(test.log.head());
        }
    }

    @Test
    void aRuleThatThrowsFailsItsPublishAlone() {
        Function<ChannelName, Retention> rules = channel -> {
            if (channel.value().equals("b")) throw new IllegalStateException("as this test requires");
            return Retention.events(10);
        };
        try (Log log =
                MemoryLog.builder(InstantSource.system()).retention(rules).open()) {
            TestAppend first = TestAppend.of(publication("1"));
            TestAppend refused = TestAppend.of(new Publication(draft("b", "2"), Conditions.NONE));
            TestAppend last = TestAppend.of(publication("3"));
            log.writer().appendEach(TestAppend.all(first, refused, last));
            assertThat(refused.outcome()).isCompletedExceptionally();
            assertThat(((AppendResult.Placed) first.outcome().join()).position())
                    .isEqualTo(1);
            assertThat(((AppendResult.Placed) last.outcome().join()).position()).isEqualTo(2);
            assertThat(log.head().position()).isEqualTo(2);
        }
    }

    private static Publication publication(String data) {
        return new Publication(draft("a", data), Conditions.NONE);
    }

    private static Draft draft(String channel, String data) {
        return Draft.event(new ChannelName(channel), EventType.MESSAGE, Contents.text(data));
    }
}
