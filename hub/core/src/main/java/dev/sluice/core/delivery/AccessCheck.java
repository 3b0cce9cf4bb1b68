package dev.sluice.core.delivery;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.HubChannels;
import dev.sluice.core.presence.PresenceChannel;

/// The verbs that a grant must permit for a publish or a subscription. The hub checks them itself; callers only
/// check earlier where a refusal must name a part of the request, such as a line.
public final class AccessCheck {
    private AccessCheck() {}

    /// @throws dev.sluice.core.access.AccessDeniedException unless the grant permits to append the draft
    public static void publish(Grant grant, Draft draft) {
        if (draft.isEvent()) grant.require(Verb.PUBLISH, draft.channel(), draft.type(), draft.key());
        if (draft.from() != null) grant.require(Verb.PUBLISH_AS, draft.channel());
        if (draft.ends()) grant.require(Verb.CLOSE, draft.channel());
    }

    /// @throws dev.sluice.core.access.AccessDeniedException unless the grant permits to read the whole selection
    public static void subscribe(Grant grant, Selection selection) {
        for (Pattern pattern : selection.patterns()) subscribe(grant, pattern);
    }

    static void subscribe(Grant grant, Pattern pattern) {
        if (isOperatorOfStatistics(grant, pattern)) return;
        Need need = need(pattern);
        grant.require(need.verb, need.channels);
    }

    /// Whether [#subscribe] would pass.
    public static boolean permits(Grant grant, Selection selection) {
        for (Pattern pattern : selection.patterns()) {
            Need need = need(pattern);
            if (!isOperatorOfStatistics(grant, pattern) && !grant.permits(need.verb, need.channels)) return false;
        }
        return true;
    }

    /// Returns true if a reader may continue after a change of the rules that its grant derives from. A reader
    /// whose grant has expired may continue, because its timer ends it.
    static boolean permits(Reader reader) {
        Grant grant = reader.grant();
        if (grant.isRevoked()) return false;
        return !grant.isLimited() || grant.hasExpired() || reader.isWithin(grant);
    }

    /// Operators read the statistics without being permitted to subscribe to them.
    private static boolean isOperatorOfStatistics(Grant grant, Pattern pattern) {
        return HubChannels.isStatistics(pattern) && grant.permits(Verb.ADMIN, Hub.ALL_CHANNELS);
    }

    private record Need(Verb verb, Pattern channels) {}

    /// A shadow channel holds the presence of another channel, so reading it requires [Verb#PRESENCE] on that
    /// channel. Only operators may read the hub's own records.
    private static Need need(Pattern pattern) {
        if (HubChannels.isForOperators(pattern)) return new Need(Verb.ADMIN, Hub.ALL_CHANNELS);
        Pattern shadowed = PresenceChannel.shadowedBy(pattern);
        return shadowed == null ? new Need(Verb.SUBSCRIBE, pattern) : new Need(Verb.PRESENCE, shadowed);
    }
}
