package dev.sluice.core.lease;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Conditions.Newest;
import dev.sluice.core.log.HubChannels;
import dev.sluice.core.log.Publication;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The channel in which the log keeps the lease of another channel: `$leases/answers/7` for `answers/7`. Its newest
/// event has the duration in milliseconds. The channel is deleted when the lease ends.
final class LeaseRecord {
    private static final String TYPE = "lease";
    private static final String EXPIRED = "expired";
    private static final byte[] WILL =
            "{\"status\":\"failed\",\"reason\":\"lost\",\"message\":\"The author of this answer was lost.\"}"
                    .getBytes(StandardCharsets.UTF_8);

    private LeaseRecord() {}

    /// The record of a channel; null if the channel can have no lease.
    static @Nullable ChannelName find(ChannelName channel) {
        if (channel.isReserved()) return null;
        if (channel.bytes().length > ChannelName.BYTES_MAX - HubChannels.LEASES.length()) return null;
        return new ChannelName(HubChannels.LEASES + channel);
    }

    /// The channel whose record this is; empty if the name is not that of a record.
    static Optional<ChannelName> channelOf(ChannelName record) {
        return record.value().startsWith(HubChannels.LEASES)
                ? Optional.of(new ChannelName(record.value().substring(HubChannels.LEASES.length())))
                : Optional.empty();
    }

    static Publication granted(ChannelName record, Duration duration, Newest condition) {
        byte[] data = Long.toString(duration.toMillis()).getBytes(StandardCharsets.US_ASCII);
        return publication(record, TYPE, new Content(ContentKind.JSON, "application/json", data), condition);
    }

    /// The event before a last will, which the log refuses if the lease was renewed or has ended.
    static Publication expired(ChannelName record, String newest) {
        return publication(record, EXPIRED, Content.NONE, new Newest.Is(newest));
    }

    private static Publication publication(ChannelName record, String type, Content content, Newest condition) {
        return new Publication(Draft.event(record, type, EventFields.NONE, content), new Conditions(null, condition));
    }

    /// The event with which the hub ends a channel whose author was lost.
    static Publication will(ChannelName channel) {
        Content data = new Content(ContentKind.JSON, "application/json", WILL);
        return new Publication(new Draft(channel, "end", EventFields.NONE, data, false, true), Conditions.NONE);
    }

    /// The duration in an event of a record; empty if the event precedes a last will.
    ///
    /// @throws IllegalStateException if the event has no duration
    static Optional<Duration> duration(Event event) {
        if (event.type().equals(EXPIRED)) return Optional.empty();
        String text = new String(event.content().bytes(), StandardCharsets.US_ASCII);
        try {
            return Optional.of(Duration.ofMillis(Long.parseLong(text)));
        } catch (NumberFormatException broken) {
            throw new IllegalStateException("the lease at " + event.id() + " has no duration", broken);
        }
    }
}
