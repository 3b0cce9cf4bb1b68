package dev.sluice.server.subscribe;

import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The description of a transport: how a client requests it, and its capabilities. Each transport defines its
/// record in its own package. Immutable, safe to share.
///
/// @param title      the name used in messages
/// @param choice     how a client requests it
/// @param isLive     whether it waits for new events; if false, it is answered at once with the existing events
/// @param envelopes  the forms of its events
/// @param parameters the parameters that it accepts; others are refused
public record TransportSpec(
        String title, Choice choice, boolean isLive, Envelopes envelopes, Set<ParameterGroup> parameters) {
    /// How a client requests a transport.
    public sealed interface Choice {
        /// By the media type of its answer, in `Accept`, or by a word in `as=`.
        record Type(String mediaType, String as) implements Choice {}

        /// By an upgrade to this protocol, the value of the header `Upgrade`.
        record Upgrade(String protocol) implements Choice {}

        /// Not requested by itself, because it is part of something else.
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

    /// The refusal of a parameter that this transport does not accept.
    ProblemException refused(String parameter) {
        return Problems.BAD_PARAMETER.refused(
                parameter, "The parameter '" + parameter + "' is not for " + title + ": leave it out.");
    }
}
