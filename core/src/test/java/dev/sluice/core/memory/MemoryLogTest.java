package dev.sluice.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.LogContract;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import java.time.InstantSource;
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

    private static Publication publication(String data) {
        var draft = Draft.event(new ChannelName("a"), EventType.MESSAGE, Contents.text(data));
        return new Publication(draft, Conditions.NONE);
    }
}
