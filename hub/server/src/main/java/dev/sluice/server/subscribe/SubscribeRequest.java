package dev.sluice.server.subscribe;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.presence.Join;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A client's subscribe request, with every parameter validated. See `docs/protocol.md` §2.
///
/// @param transport       the transport that answers
/// @param subscription    what to read
/// @param isSingleChannel whether the client named exactly one channel in full; it is the first pattern to read
/// @param join            joins the channels' presence
/// @param limit           the most events in a poll's answer
/// @param waitTime        how long a poll waits for the first event; zero for a plain poll
/// @param ageMaxMs        the greatest age of a stream over HTTP
/// @param before          the event before which a page of older events ends; null: the answer is no such page
/// @param envelope        whether the data is sent alone or within the whole event
/// @param heartbeat       the interval of a stream's heartbeats
/// @param heartbeatForm   how heartbeats appear (SSE)
/// @param paddingBytes    the length of a comment sent before anything else (SSE)
/// @param errors          how refusals are sent
public record SubscribeRequest(
        TransportSpec transport,
        SubscriptionSpec subscription,
        boolean isSingleChannel,
        Join join,
        int limit,
        Duration waitTime,
        long ageMaxMs,
        @Nullable Cursor before,
        Envelope envelope,
        Duration heartbeat,
        HeartbeatForm heartbeatForm,
        int paddingBytes,
        Errors errors) {
    /// Whether its client becomes a member of the channels.
    public boolean joins() {
        return !join.equals(Join.NOTHING);
    }

    /// Requires the grant to join, if the request joins. The hub checks what the subscription reads.
    ///
    /// @throws dev.sluice.core.access.AccessDeniedException unless the grant permits it
    public void requireJoin(Grant grant) {
        if (!joins()) return;
        // With presence=true, the selection also has the shadows of the channels that are joined.
        for (ChannelName channel : subscription.selection().names()) {
            if (!channel.isReserved()) grant.require(Verb.JOIN, channel);
        }
    }

    /// Whether [#requireJoin] would pass.
    public boolean permitsJoin(Grant grant) {
        if (!joins()) return true;
        return subscription.selection().names().stream()
                .allMatch(channel -> channel.isReserved() || grant.permits(Verb.JOIN, channel));
    }

    /// How refusals are sent, as some clients can't read an HTTP status.
    public enum Errors {
        /// SSE sends temporary problems as an event; everything else is a status.
        USUAL,
        /// All within the transport: as an event, or as a WebSocket close code.
        EVENT,
        /// All as an HTTP status.
        STATUS;

        static final Map<String, Errors> WORDS = Map.of("event", EVENT, "status", STATUS);

        /// How to refuse a request that may be invalid in other places: refuses nothing itself.
        public static Errors of(Parameters parameters) {
            return WORDS.getOrDefault(parameters.text("errors").orElse(""), USUAL);
        }
    }
}
