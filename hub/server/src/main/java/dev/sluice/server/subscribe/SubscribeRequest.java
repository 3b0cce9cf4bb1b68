package dev.sluice.server.subscribe;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import dev.sluice.core.log.Start;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.presence.Join;
import dev.sluice.server.presence.PresenceParameters;
import dev.sluice.server.stats.StatsDemand;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A client's subscribe request, with every parameter validated. See `docs/protocol.md` §2.
///
/// @param transport     the transport that answers
/// @param channels      the channels that the client named
/// @param subscription  the events to read
/// @param join          the membership in the channels' presence
/// @param limit         the maximum number of events in a poll's answer
/// @param waitTime      the time for which a poll waits for the first event; zero for a plain poll
/// @param ageMaxMs      the maximum age of a stream over HTTP
/// @param before        the event before which a page of older events ends; null if no such page is requested
/// @param envelope      whether the data is sent alone or within the whole event
/// @param heartbeat     the interval of a stream's heartbeats
/// @param heartbeatForm the form of heartbeats (SSE)
/// @param paddingBytes  the length of a comment sent before anything else (SSE)
/// @param errors        the form of refusals
public record SubscribeRequest(
        TransportSpec transport,
        Selection channels,
        SubscriptionSpec subscription,
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
    /// Returns true if the client becomes a member of the channels.
    public boolean joins() {
        return !join.equals(Join.NOTHING);
    }

    /// Returns false if the request joins and a grant does not permit that. The hub checks the permission to
    /// read.
    public boolean permitsJoin(Grant grant) {
        return !joins() || channels.names().stream().allMatch(channel -> grant.permits(Verb.JOIN, channel));
    }

    /// The form of refusals. Some clients cannot read an HTTP status.
    public enum Errors {
        /// SSE sends temporary problems as an event; everything else is a status.
        USUAL,
        /// All refusals are sent within the transport: as an event, or as a WebSocket close code.
        EVENT,
        /// All refusals are an HTTP status.
        STATUS;

        static final Map<String, Errors> WORDS = Map.of("event", EVENT, "status", STATUS);

        /// The form of refusals of a request that may be invalid otherwise. Does not refuse the parameter
        /// itself.
        public static Errors of(Parameters parameters) {
            return WORDS.getOrDefault(parameters.text("errors").orElse(""), USUAL);
        }
    }

    /// Collects the values, each of which is parsed separately, and then applies the rules between them.
    public static final class Builder {
        private final SubscribeSettings settings;

        @Nullable
        From from;

        @Nullable
        String lastEventId;

        @Nullable
        Cursor before;

        Set<String> types = Set.of();
        boolean conflate;
        boolean coalesce;
        boolean presence;
        boolean join;

        @Nullable
        String client;

        int limit;
        Duration waitTime = Duration.ZERO;

        @Nullable
        Envelope envelope;

        @Nullable
        Boolean gapFails;

        HeartbeatInterval heartbeat;
        int paddingBytes;
        Errors errors = Errors.USUAL;

        Builder(SubscribeSettings settings) {
            this.settings = settings;
            limit = settings.limitDefault();
            heartbeat = new HeartbeatInterval(settings.heartbeat(), HeartbeatForm.BLOCK);
        }

        /// @param identity the identity of the client; null if it has none
        /// @param members  validates `join` and the client's name
        SubscribeRequest build(
                TransportSpec transport,
                Selection channels,
                @Nullable String identity,
                PresenceParameters members,
                Grant grant) {
            Selection selection = presence ? PresenceParameters.withPresence(channels) : channels;
            StatsDemand.check(selection);
            Envelope resolved = transport.envelopes().of(envelope, selection.isSingle(), transport);
            Join joined = join ? members.join(channels, identity, grant) : noJoin();
            SubscriptionSpec subscription = new SubscriptionSpec(
                    selection,
                    presence ? PresenceParameters.withPresence(types) : types,
                    from(transport),
                    conflate,
                    coalesce,
                    gapFails(transport.envelopes().reportGaps(resolved)));
            if (join) for (ChannelName channel : channels.names()) grant.require(Verb.JOIN, channel);
            return new SubscribeRequest(
                    transport,
                    channels,
                    subscription,
                    joined,
                    limit,
                    waitTime,
                    settings.ageMaxMs(join),
                    before,
                    resolved,
                    heartbeat.interval(),
                    heartbeat.form(),
                    paddingBytes,
                    errors);
        }

        private Join noJoin() {
            if (client == null) return Join.NOTHING;
            throw Problems.BAD_PARAMETER.refused(
                    "client", "The parameter 'client' names a member that joins: add join=true, or leave client= out.");
        }

        private From from(TransportSpec transport) {
            if (before != null) return pageBack(before);
            // A foreign id may come from a server that had this address before. The page cannot correct it, and
            // a refusal would end the EventSource permanently, so the log reports a gap.
            if (lastEventId != null) return new From.Resume(lastEventId);
            if (from != null) return from;
            boolean isPlainPoll = !transport.isLive() && transport.takes(ParameterGroup.ANSWER);
            return new From.At(isPlainPoll ? new Start.Last(limit) : new Start.Latest());
        }

        private From pageBack(Cursor end) {
            // A joined event has the id of its last part: the page before it would begin within the event.
            if (coalesce) {
                throw Problems.BAD_PARAMETER.refused(
                        "coalesce", "With before=, no events are joined: leave coalesce=true out.");
            }
            // One more than the page size, to show whether an older page exists.
            return new From.At(new Start.Before(end, limit + 1));
        }

        private boolean gapFails(boolean isReportable) {
            if (!isReportable && Boolean.FALSE.equals(gapFails)) {
                throw Problems.BAD_PARAMETER.refused("gap", "A raw stream can't report a gap: use gap=fail.");
            }
            return !isReportable || Boolean.TRUE.equals(gapFails);
        }
    }
}
