package dev.sluice.core.delivery;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.event.Draft;
import dev.sluice.core.presence.Shadow;

/// The verbs that a grant must permit for a publish or a subscription. The hub checks them itself; callers only check
/// earlier where a refusal must name a part of the request, such as a line.
public final class AccessCheck {
    private AccessCheck() {}

    /// @throws dev.sluice.core.access.AccessDenied unless the grant permits to append the draft
    public static void publish(Grant grant, Draft draft) {
        if (draft.content() != null) grant.require(Verb.PUBLISH, draft.channel(), draft.type(), draft.key());
        if (draft.from() != null) grant.require(Verb.PUBLISH_AS, draft.channel());
        if (draft.ends()) grant.require(Verb.CLOSE, draft.channel());
    }

    static void subscribe(Grant grant, Selection selection) {
        for (Pattern pattern : selection.patterns()) subscribe(grant, pattern);
    }

    /// The events of a shadow are those of the presence of its channel.
    static void subscribe(Grant grant, Pattern pattern) {
        Pattern shadowed = Shadow.shadowedBy(pattern);
        if (shadowed == null) grant.require(Verb.SUBSCRIBE, pattern);
        else grant.require(Verb.PRESENCE, shadowed);
    }

    /// Whether [#subscribe] would pass.
    static boolean permits(Grant grant, Selection selection) {
        for (Pattern pattern : selection.patterns()) {
            Pattern shadowed = Shadow.shadowedBy(pattern);
            boolean isPermitted =
                    shadowed == null ? grant.permits(Verb.SUBSCRIBE, pattern) : grant.permits(Verb.PRESENCE, shadowed);
            if (!isPermitted) return false;
        }
        return true;
    }
}
