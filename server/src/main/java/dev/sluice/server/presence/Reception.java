package dev.sluice.server.presence;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.presence.Membership;
import dev.sluice.core.presence.Presence;
import dev.sluice.core.presence.Shadow;
import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;
import dev.sluice.server.http.Request;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Looks at what a subscription wants of presence, and refuses what can't be. `docs/protocol.md` §4.
public final class Reception {
    private static final Problem FULL = Problems.FULL
            .of(
                    "It has as many members as it is set to take (subscribe.presence_members_max). Try again in some seconds, or without join=true.")
            .withHeader("Retry-After", "5");

    private final Presence presence;
    private final Identities identities;

    public Reception(Presence presence, Identities identities) {
        this.presence = presence;
        this.identities = identities;
    }

    /// Who sent a request; null: nobody in particular.
    ///
    /// @throws Refused if it says who, and that can't be
    public @Nullable String client(Request request) {
        String client = identities.of(request).orElse(null);
        if (client != null) check(client);
        return client;
    }

    /// What `join=` and `client=` of a request ask for.
    ///
    /// @throws Refused with a sentence for the person who wrote the URL
    public Attending asked(Request request, Selection selection) {
        if (request.parameters().flag("join")) {
            return attending(selection, identities.of(request).orElse(null));
        }
        if (request.parameters().has("client")) {
            throw Problems.BAD_PARAMETER.refused(
                    "client", "Only who joins has a name here: add join=true, or leave client= out.");
        }
        return Attending.NOTHING;
    }

    /// Makes somebody a member of each channel of a selection, once it begins.
    ///
    /// @param client null: not known
    /// @throws Refused if that can't be
    public Attending attending(Selection selection, @Nullable String client) {
        if (client == null) {
            throw Problems.BAD_PARAMETER.refused("client", "Who joins? Add client=NAME, or leave join=true out.");
        }
        check(client);
        List<ChannelName> channels = named(selection, "join");
        if (presence.isFull()) throw new Refused(FULL);
        return () -> {
            List<Membership> all = new ArrayList<>(channels.size());
            for (ChannelName channel : channels) all.add(presence.join(channel, client));
            return () -> all.forEach(Membership::close);
        };
    }

    private static void check(String client) {
        try {
            Shadow.checkClient(client);
        } catch (IllegalArgumentException invalid) {
            throw Problems.BAD_PARAMETER.refused("client", "In client=, " + invalid.getMessage() + ".");
        }
    }

    /// A selection, and beside each of its channels who is there (`presence=true`).
    ///
    /// @throws Refused if that can't be
    public static Selection watching(Selection selection) {
        List<Pattern> all = new ArrayList<>(selection.patterns());
        for (ChannelName channel : named(selection, "presence")) {
            all.add(Pattern.of(Shadow.of(channel).value()));
        }
        if (all.size() <= Selection.PATTERNS_MAX) return new Selection(all);
        throw Problems.BAD_PARAMETER.refused(
                "presence",
                "With presence=true each channel counts twice, and a selection has at most " + Selection.PATTERNS_MAX
                        + ": name " + Selection.PATTERNS_MAX / 2 + " at most.");
    }

    /// The types of a selection that is watched: who asks for some of them wants to see who is there all the same.
    public static Set<String> watching(Set<String> types) {
        if (types.isEmpty()) return types;
        Set<String> all = new LinkedHashSet<>(types);
        all.add(Shadow.TYPE);
        return all;
    }

    private static List<ChannelName> named(Selection selection, String field) {
        for (Pattern pattern : selection.patterns()) {
            if (pattern.isName()) continue;
            throw Problems.BAD_PARAMETER.refused(
                    field,
                    "With " + field + "=true channels are named in full, and " + Problems.quoted(pattern.value())
                            + " is a pattern: name each of them.");
        }
        for (ChannelName channel : selection.names()) {
            try {
                Shadow.of(channel);
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
