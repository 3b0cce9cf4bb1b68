package dev.sluice.core.delivery.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.delivery.Rig;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.EventFields;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Joining changes the number of events and nothing else.
class CoalescingTest {
    private int position;

    private Event event(String channel, String type, @Nullable String key, @Nullable String from, Content content) {
        Draft draft = Draft.event(
                new ChannelName(channel), type, EventFields.ofKey(key).with("from", from), content);
        return Event.of(new Cursor(new Epoch("e"), ++position), position * 10L, draft);
    }

    private Event text(String data) {
        return event("a", "message", null, null, Rig.text(data));
    }

    private static String data(Entry entry) {
        return new String(((Event) entry).content().bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void keepsIdAndTimeOfTheLastPart() {
        List<Entry> joined = Coalescing.join(List.of(text("to"), text("ge"), text("ther")), null);
        assertThat(joined).singleElement().satisfies(one -> {
            assertThat(data(one)).isEqualTo("together");
            assertThat(one.id().position()).isEqualTo(3);
            assertThat(one.timeMs()).isEqualTo(30);
        });
    }

    @Test
    void joinsOnlyEventsOfTheSameKind() {
        Content html = new Content(ContentKind.TEXT, "text/html", "x".getBytes(StandardCharsets.UTF_8));
        Content json = new Content(ContentKind.JSON, "application/json", "1".getBytes(StandardCharsets.UTF_8));
        Content binary = new Content(ContentKind.BINARY, "image/png", new byte[] {1});
        List<Entry> entries = List.of(
                text("x"),
                event("b", "message", null, null, Rig.text("x")),
                event("b", "other", null, null, Rig.text("x")),
                event("b", "other", "k", null, Rig.text("x")),
                event("b", "other", "k", "alice", Rig.text("x")),
                event("b", "other", "k", "alice", html),
                event("b", "other", "k", "alice", json),
                event("b", "other", "k", "alice", json),
                event("b", "other", "k", "alice", binary),
                event("b", "other", "k", "alice", binary),
                text("x").forgotten(),
                text("x"),
                Event.of(
                        new Cursor(new Epoch("e"), ++position),
                        1,
                        new Draft(
                                new ChannelName("a"), "message", EventFields.ofKey("k"), Rig.text("x"), true, false)));
        assertThat(Coalescing.join(entries, null)).isEqualTo(entries);
    }

    @Test
    void joinsToAtMost64KiB() {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 5; i++) entries.add(text("x".repeat(30_000)));
        entries.add(text("y".repeat(100_000)));
        entries.add(text("z"));
        assertThat(Coalescing.join(entries, null).stream()
                        .map(entry -> data(entry).length()))
                .containsExactly(60_000, 60_000, 30_000, 100_000, 1);
    }

    @Property(tries = 300)
    void keepsEveryByteInOrder(@ForAll long seed) {
        Random random = new Random(seed);
        List<Entry> entries = new ArrayList<>();
        for (int i = random.nextInt(40); i > 0; i--) {
            String channel = random.nextInt(5) == 0 ? "b" : "a";
            if (random.nextInt(15) == 0) {
                entries.add(new End(new Cursor(new Epoch("e"), ++position), new ChannelName(channel), position));
            } else {
                String key = random.nextInt(6) == 0 ? "k" : null;
                String data = "é".repeat(random.nextInt(20) == 0 ? random.nextInt(40_000) : random.nextInt(9)) + i;
                Event event = event(channel, random.nextInt(6) == 0 ? "t" : "message", key, null, Rig.text(data));
                entries.add(random.nextInt(12) == 0 ? event.forgotten() : event);
            }
        }
        Cursor upTo = entries.isEmpty() || random.nextBoolean()
                ? null
                : entries.get(random.nextInt(entries.size())).id();
        List<Entry> joined = Coalescing.join(entries, upTo);
        assertThat(text(joined)).isEqualTo(text(entries));
        // Each joined event has the id of its last part, and the requested boundary lies between two of them.
        assertThat(entries.stream().map(Entry::id).toList())
                .containsSubsequence(joined.stream().map(Entry::id).toList());
        if (!entries.isEmpty())
            assertThat(joined.getLast().id()).isEqualTo(entries.getLast().id());
        if (upTo != null) assertThat(joined).anyMatch(entry -> entry.id().equals(upTo));
    }

    private static String text(List<Entry> entries) {
        StringBuilder text = new StringBuilder();
        for (Entry entry : entries) {
            text.append(entry instanceof Event event ? event.isForgotten() ? "(forgotten)" : data(entry) : "(end)");
        }
        return text.toString();
    }
}
