package dev.sluice.server.presence;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Principal;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.presence.Members;
import dev.sluice.core.presence.Membership;
import dev.sluice.core.presence.Presence;
import dev.sluice.core.presence.PresenceChannel;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.limit.CallerShares;
import dev.sluice.server.limit.ClientKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Parses and validates a subscription's presence parameters. See `docs/protocol.md` §4.
public final class PresenceParameters {
    private static final int RETRY_SECONDS = 5;
    private static final Problem FULL = Problems.FULL
            .of("The hub has as many members as its limit allows (subscribe.presence_members_max). Try again in a"
                    + " few seconds, or without join=true.")
            .withHeader("Retry-After", Integer.toString(RETRY_SECONDS));

    private final Presence presence;
    private final ClientIdentity identity;
    private final CallerShares shares;
    private final InFlightBytes unread;

    /// @param unread the budget for answers, which counts lists of members
    public PresenceParameters(Presence presence, ClientIdentity identity, CallerShares shares, InFlightBytes unread) {
        this.presence = presence;
        this.identity = identity;
        this.shares = shares;
        this.unread = unread;
    }

    /// The budget for answers that clients have not read.
    public InFlightBytes unread() {
        return unread;
    }

    /// The members of a channel that a message names.
    ///
    /// @throws ProblemException if the channel can't have members
    public CompletionStage<Members> members(Grant grant, String channel) {
        return presence.members(grant, PresenceList.channel(channel, "channel"));
    }

    /// The identity of the client that sent a request; null if it has none. It may be invalid.
    public @Nullable String claimed(RequestHead request, Principal principal) {
        return identity.of(request.parameters().text("client"), principal).orElse(null);
    }

    /// The identity of the client that sent a request; null if it has none.
    ///
    /// @throws ProblemException if the identity is invalid
    public @Nullable String client(RequestHead request, Principal principal) {
        String client = claimed(request, principal);
        if (client != null) check(client);
        return client;
    }

    /// The identity of a client that showed its credential after its request; null if it has none.
    ///
    /// @param claimed its name according to the request; null if it gave none
    /// @throws ProblemException if the client claims the name of another caller
    public @Nullable String client(@Nullable String claimed, Principal principal) {
        String client = identity.of(Optional.ofNullable(claimed), principal).orElse(null);
        if (client != null) check(client);
        return client;
    }

    /// Makes a client a member of each channel of a selection, once the subscription begins.
    ///
    /// @param client null if unknown
    /// @param grant  the caller's grant; each caller has a share of the hub's members
    /// @throws ProblemException if the parameters are invalid, or there is no room for a further member
    public Join join(Selection selection, @Nullable String client, Grant grant) {
        if (client == null) {
            throw Problems.BAD_PARAMETER.refused(
                    "client", "With join=true the client's name is required: add client=NAME, or leave join=true out.");
        }
        check(client);
        List<ChannelName> channels = channels(selection, "join");
        int free = presence.free();
        // A client that comes back, or opens another tab, needs no further place.
        long added = channels.stream()
                .filter(channel -> !presence.isMember(channel, client))
                .count();
        if (added > free) throw new ProblemException(FULL);
        ClientKey caller = shares.identify(grant).orElse(null);
        int more = (int) channels.stream()
                .filter(channel -> !presence.isCounted(channel, client))
                .count();
        if (caller != null && more > 0) requireShare(caller, more, free);
        return () -> {
            List<Membership> all = new ArrayList<>(channels.size());
            for (ChannelName channel : channels) all.add(presence.join(channel, client, caller));
            return () -> all.forEach(Membership::close);
        };
    }

    private void requireShare(ClientKey caller, int more, int free) {
        int held = presence.broughtBy(caller);
        if (shares.permits(caller, held, more, free)) return;
        throw CallerShares.refusal(
                held + " members of channels",
                Integer.toString(presence.membersMax()),
                "Leave some channels and wait until their members are gone, or leave out join=true.",
                RETRY_SECONDS);
    }

    private static void check(String client) {
        try {
            PresenceChannel.checkClient(client);
        } catch (IllegalArgumentException invalid) {
            throw Problems.BAD_PARAMETER.refused("client", "In client=, " + invalid.getMessage() + ".");
        }
    }

    /// The selection extended by the presence channel of each of its channels (`presence=true`).
    ///
    /// @throws ProblemException if the parameters are invalid
    public static Selection withPresence(Selection selection) {
        List<Pattern> all = new ArrayList<>(selection.patterns());
        for (ChannelName channel : channels(selection, "presence")) {
            all.add(Pattern.of(PresenceChannel.of(channel).value()));
        }
        if (all.size() <= Selection.PATTERNS_MAX) return new Selection(all);
        throw Problems.BAD_PARAMETER.refused(
                "presence",
                "With presence=true each channel counts twice, and a selection may have at most "
                        + Selection.PATTERNS_MAX + ": name " + Selection.PATTERNS_MAX / 2 + " at most.");
    }

    /// The event types of a selection with presence: a type filter must not hide presence events.
    public static Set<String> withPresence(Set<String> types) {
        if (types.isEmpty()) return types;
        Set<String> all = new LinkedHashSet<>(types);
        all.add(PresenceChannel.TYPE);
        return all;
    }

    private static List<ChannelName> channels(Selection selection, String field) {
        for (Pattern pattern : selection.patterns()) {
            if (pattern.isName()) continue;
            throw Problems.BAD_PARAMETER.refused(
                    field,
                    "With " + field + "=true channels are named in full, and " + Problems.quoted(pattern.value())
                            + " is a pattern: name each of them.");
        }
        for (ChannelName channel : selection.names()) {
            try {
                PresenceChannel.of(channel);
            } catch (IllegalArgumentException none) {
                throw Problems.BAD_PARAMETER.refused(
                        field,
                        "For " + field + "=true with " + Problems.quoted(channel.value()) + ": " + none.getMessage()
                                + ". Leave it out for this channel.");
            }
        }
        return selection.names();
    }
}
