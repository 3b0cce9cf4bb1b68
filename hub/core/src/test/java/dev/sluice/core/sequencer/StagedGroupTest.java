package dev.sluice.core.sequencer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.index.EntryStore;
import dev.sluice.core.index.Epochs;
import dev.sluice.core.index.Index;
import dev.sluice.core.index.LogRecord;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The memory of a group, which later groups use again.
final class StagedGroupTest {
    private static final ChannelName A = new ChannelName("a");
    private static final ChannelName B = new ChannelName("b");
    private static final Retention RULE = Retention.ALL.andNewestOfKey();

    private final LogLimits limits = LogLimits.builder().build();
    private final Index index = new Index(Epochs.of(new Epoch("e")), limits, EntryStore.NONE);
    private final StagedGroup group = new StagedGroup(index);

    private Event event(ChannelName channel) {
        Draft draft = Draft.event(channel, "message", EventFields.ofKey("key of " + channel), Contents.text("x"));
        return Event.of(index.cursor(group.last() + 1), 1, draft);
    }

    private <T extends Entry> T add(T entry) {
        group.add(entry, RULE);
        return entry;
    }

    private void apply() {
        index.apply(group);
        group.reset();
    }

    private List<Entry> addedAfter(ChannelName channel, long position) {
        LogRecord.Addition addition = group.keeping(channel);
        return addition.added().stream()
                .filter(entry -> entry.id().position() > position)
                .toList();
    }

    @Test
    void leavesNothingOfAChannelForTheNextGroup() {
        Event first = add(event(A));
        assertThat(group.newestPosition(group.keeping(A), first)).isEqualTo(1);
        add(new End(index.cursor(2), A, 1));
        group.drop(List.of(first), 2);
        apply();

        Event second = add(event(B)); // In the memory of the channel before.
        StagedChannel b = group.keeping(B);
        assertThat(b.added()).containsExactly(second);
        assertThat(b.end()).isZero();
        assertThat(b.mark()).isNull();
        assertThat(b.events()).isEqualTo(1);
        assertThat(b.latest()).isEqualTo(second.position());
        assertThat(group.newestPosition(b, first)).as("of another key").isEqualTo(-1);
        assertThat(b.firstPosition()).isEqualTo(second.id().position());
        assertThat(group.newestPosition(b, second)).isEqualTo(second.id().position());
        assertThat(group.additions())
                .hasSize(1)
                .allMatch(each -> each.channel().name().equals(B));
        apply();

        Event third = add(event(B));
        assertThat(addedAfter(B, 0)).containsExactly(third);
        assertThat(group.keeping(B).events()).isEqualTo(2);
    }

    @Test
    void eachEntryIsAmongThoseOfItsChannelOnce() {
        for (int size :
                new int[] {1, 3, 400, 2, 3_000, 40, 1}) { // The large ones are used again in part, or not at all.
            List<Event> events = IntStream.range(0, size)
                    .mapToObj(i -> add(event(new ChannelName("c" + i % 1_500))))
                    .toList();
            assertThat(group.entries()).containsExactlyElementsOf(events);
            assertThat(group.additions().stream().flatMap(each -> each.added().stream()))
                    .containsExactlyInAnyOrderElementsOf(events);
            for (LogRecord.Addition each : group.additions()) {
                assertThat(each.added())
                        .allMatch(entry -> entry.channel().equals(each.channel().name()));
            }
            assertThat(group.additions().stream()
                            .map(LogRecord.Addition::channel)
                            .distinct())
                    .hasSize(Math.min(size, 1_500));
            apply();
        }
    }

    @Test
    void aRefusedPublishLeavesNothing() {
        Sequencer sequencer = new Sequencer(index, limits, channel -> {
            if (channel.equals(B)) throw new IllegalStateException("no rule");
            return RULE;
        });
        sequencer.append(publication(A), 1);
        assertThatThrownBy(() -> sequencer.append(publication(B), 1)).hasMessage("no rule");
        sequencer.apply();
        assertThatThrownBy(() -> sequencer.append(publication(B), 2)).hasMessage("no rule");
        sequencer.append(publication(A), 2);
        sequencer.append(publication(A), 2);
        sequencer.apply();
        assertThat(index.entries()).isEqualTo(3);
        assertThat(index.channel("b")).isNull();
        assertThat(index.channel("a").events()).isEqualTo(3);
    }

    private static Publication publication(ChannelName channel) {
        return new Publication(Draft.event(channel, "message", Contents.text("x")), Conditions.NONE);
    }
}
