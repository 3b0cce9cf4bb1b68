package dev.sluice.core.event;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Epoch;
import org.jspecify.annotations.Nullable;

/// The attributes that most events of a channel have in common, so that they can share one object.
///
/// @param epoch the epoch of their ids
/// @param type        see [EventType]
/// @param contentKind see [Content#kind]
/// @param contentType see [Content#type]
/// @param keyEnds     whether such an event removes its key
/// @param forgotten   whether its data was removed on request
public record EventAttributes(
        Epoch epoch,
        ChannelName channel,
        String type,
        ContentKind contentKind,
        String contentType,
        boolean keyEnds,
        boolean forgotten) {
    /// The attributes of an event created from a draft: the given ones, if they are equal.
    static EventAttributes of(Epoch epoch, ChannelName channel, Draft draft, @Nullable EventAttributes before) {
        ContentKind kind = draft.contentKind();
        if (before != null
                && before.contentKind == kind
                && before.keyEnds == draft.keyEnds()
                && !before.forgotten
                && before.type.equals(draft.type())
                && before.contentType.equals(draft.contentType())
                && before.epoch.equals(epoch)
                && before.channel.equals(channel)) return before;
        return new EventAttributes(epoch, channel, draft.type(), kind, draft.contentType(), draft.keyEnds(), false);
    }

    /// The attributes of an event whose data was removed.
    EventAttributes withoutData() {
        return new EventAttributes(epoch, channel, type, Content.NONE.kind(), Content.NONE.type(), keyEnds, true);
    }
}
