package dev.sluice.server.subscribe;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import dev.sluice.core.log.Start;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.presence.Join;
import dev.sluice.server.presence.PresenceParameters;
import dev.sluice.server.stats.StatsDemand;
import java.util.Set;

/// Parses what clients ask for, by the same rules in a URL and in a session's message. Immutable; may be used from
/// any thread.
public final class SubscribeParser {
    private final SubscribeParameters parameters;
    private final SubscribeSettings settings;
    private final PresenceParameters presence;

    /// @param presence validates `join` and the client's name
    public SubscribeParser(SubscribeParameters parameters, SubscribeSettings settings, PresenceParameters presence) {
        this.parameters = parameters;
        this.settings = settings;
        this.presence = presence;
    }

    /// The names of the parameters of which a transport takes one value.
    public Set<String> names(TransportSpec transport) {
        return parameters.names(transport);
    }

    /// @param grant of the caller, whose share of the hub's members may be exhausted
    /// @throws dev.sluice.server.http.head.ProblemException with a detail for the author of the URL or message
    public SubscribeRequest parse(SubscribeInput input, TransportSpec transport, Grant grant) {
        SubscribeDraft draft = parameters.read(input.parameters(), transport);
        Selection selection = draft.presence ? PresenceParameters.withPresence(input.channels()) : input.channels();
        StatsDemand.check(selection);
        Set<String> types = draft.presence ? PresenceParameters.withPresence(draft.types) : draft.types;
        Envelope envelope = transport.envelopes().of(draft.envelope, selection.isSingle(), transport);
        int limit = draft.limit == null ? settings.limitDefault() : draft.limit;
        HeartbeatInterval heartbeat = heartbeat(draft);
        Join join = join(draft, input, grant);
        return new SubscribeRequest(
                transport,
                new SubscriptionSpec(
                        selection,
                        types,
                        from(draft, input, transport, limit),
                        draft.conflate,
                        draft.coalesce,
                        gapFails(draft, envelope, transport)),
                input.channels().isSingle(),
                join,
                limit,
                draft.waitTime,
                settings.ageMaxMs(draft.join),
                draft.before,
                envelope,
                heartbeat.interval(),
                heartbeat.form(),
                draft.paddingBytes,
                draft.errors);
    }

    /// Parses the parameters of a stream that is no subscription: the others are unknown there.
    ///
    /// @param transport the transport that was asked for
    /// @param widest    the transport that takes all parameters known there
    public StreamOptions parseStream(Parameters query, TransportSpec transport, TransportSpec widest) {
        query.allow(parameters.names(widest));
        SubscribeDraft draft = parameters.readKnown(query, transport);
        return new StreamOptions(heartbeat(draft).interval(), draft.paddingBytes);
    }

    private HeartbeatInterval heartbeat(SubscribeDraft draft) {
        return draft.heartbeat == null
                ? new HeartbeatInterval(settings.heartbeat(), HeartbeatForm.BLOCK)
                : draft.heartbeat;
    }

    /// EventSource repeats the URL of its first connection and sends the last id it received in a header, so the
    /// header takes precedence. An id that is not of this hub may come from a server that had this address before.
    /// The page can't correct it, and a refusal would end the EventSource for good, so the log reports a gap.
    private static From from(SubscribeDraft draft, SubscribeInput input, TransportSpec transport, int limit) {
        // One more than the page size, to show whether an older page exists.
        if (draft.before != null) return new From.At(new Start.Before(draft.before, limit + 1));
        if (input.lastEventId() != null) return new From.Resume(input.lastEventId());
        // For event-source-polyfill. Its first request has the parameter, too.
        if (draft.lastEventId != null) return new From.Resume(draft.lastEventId);
        if (draft.from != null) return draft.from;
        boolean isPlainPoll = !transport.isLive() && transport.takes(ParameterGroup.ANSWER);
        return new From.At(isPlainPoll ? new Start.Last(limit) : new Start.Latest());
    }

    private static boolean gapFails(SubscribeDraft draft, Envelope envelope, TransportSpec transport) {
        boolean mustFail = !transport.envelopes().reportGaps(envelope);
        if (mustFail && Boolean.FALSE.equals(draft.gapFails)) {
            throw Problems.BAD_PARAMETER.refused("gap", "A raw stream can't report a gap: use gap=fail.");
        }
        return mustFail || Boolean.TRUE.equals(draft.gapFails);
    }

    private Join join(SubscribeDraft draft, SubscribeInput input, Grant grant) {
        if (draft.join) return presence.join(input.channels(), input.client(), grant);
        if (draft.client != null) {
            throw Problems.BAD_PARAMETER.refused(
                    "client", "The parameter 'client' names a member that joins: add join=true, or leave client= out.");
        }
        return Join.NOTHING;
    }
}
