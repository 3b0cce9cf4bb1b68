package dev.sluice.server.subscribe;

import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The description of a transport: how a client requests it, and its abilities. Each transport has its
/// record in its own package. Immutable, safe to share.
///
/// @param title      the name used in messages
/// @param choice     how a client asks for it
/// @param isLive     whether it waits for new events; false: it is answered at once with those there are
/// @param envelopes  how events appear in it
/// @param parameters what it has a use for; other parameters are refused
public record TransportSpec(
        String title, Choice choice, boolean isLive, Envelopes envelopes, Set<ParameterGroup> parameters) {
    /// How a client asks for a transport.
    public sealed interface Choice {
        /// By the media type of its answer, in `Accept`, or by a word in `as=`.
        record Type(String mediaType, String as) implements Choice {}

        /// By an upgrade to this protocol, as it stands in the header `Upgrade`.
        record Upgrade(String protocol) implements Choice {}

        /// Not by itself, as it is part of something else.
        record None() implements Choice {}
    }

    public TransportSpec {
        parameters = Set.copyOf(parameters);
    }

    /// The media type of its answer; null if it is not chosen by one.
    public @Nullable String mediaType() {
        return choice instanceof Choice.Type type ? type.mediaType() : null;
    }

    public boolean takes(ParameterGroup group) {
        return parameters.contains(group);
    }

    /// The refusal of a parameter that this transport has no use for.
    ProblemException refused(String parameter) {
        return Problems.BAD_PARAMETER.refused(
                parameter, "The parameter '" + parameter + "' is not for " + title + ": leave it out.");
    }
}
