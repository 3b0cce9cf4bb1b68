package dev.sluice.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Epoch;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Attributes that an event shares with the one before.
final class EventAttributesTest {
    private static final Epoch EPOCH = new Epoch("a");
    private static final ChannelName CHANNEL = new ChannelName("c");
    private static final Content TEXT = content(ContentKind.TEXT, "text/plain");
    private static final Event BEFORE = event(EPOCH, draft(CHANNEL, "t", TEXT, false), null);

    private static Content content(ContentKind kind, String type) {
        return new Content(kind, type, "1".getBytes(StandardCharsets.US_ASCII));
    }

    private static Draft draft(ChannelName channel, String type, Content content, boolean keyEnds) {
        return new Draft(channel, type, EventFields.ofKey("k").with("from", "from"), content, keyEnds, false);
    }

    private static Event event(Epoch epoch, Draft draft, @Nullable EventAttributes before) {
        return Event.of(epoch, 7, draft.channel(), 1, draft, before);
    }

    @Test
    void isSharedByEventsOfOtherKeysAndPublishers() {
        Draft draft = new Draft(
                CHANNEL,
                "t",
                EventFields.ofKey("other").with("from", "another"),
                content(ContentKind.TEXT, "text/plain"),
                false,
                true);
        assertThat(event(new Epoch("a"), draft, BEFORE.attributes()).attributes())
                .isSameAs(BEFORE.attributes());
    }

    @Test
    void isNotSharedByAnEventThatDiffers() {
        for (Event alone : List.of(
                event(EPOCH, draft(CHANNEL, "u", TEXT, false), null),
                event(EPOCH, draft(CHANNEL, "t", content(ContentKind.JSON, "text/plain"), false), null),
                event(EPOCH, draft(CHANNEL, "t", content(ContentKind.TEXT, "text/html"), false), null),
                event(EPOCH, draft(CHANNEL, "t", TEXT, true), null),
                event(EPOCH, draft(new ChannelName("d"), "t", TEXT, false), null),
                event(new Epoch("b"), draft(CHANNEL, "t", TEXT, false), null))) {
            Draft draft = draft(alone.channel(), alone.type(), alone.content(), alone.isKeyEnd());
            Event next = event(alone.id().epoch(), draft, BEFORE.attributes());
            assertThat(next.attributes()).isEqualTo(alone.attributes()).isNotEqualTo(BEFORE.attributes());
        }
    }

    @Test
    void isNotSharedWithAnEventWhoseDataWasRemoved() {
        Event forgotten =
                event(EPOCH, draft(CHANNEL, "t", Content.NONE, false), null).forgotten();
        Event next = event(EPOCH, draft(CHANNEL, "t", Content.NONE, false), forgotten.attributes());
        assertThat(next.isForgotten()).isFalse();
    }
}
