package dev.sluice.server.subscribe;

import dev.sluice.core.channel.InvalidNameException;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.Problems;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The parameters of a subscription as a client sends them, in a request or in a message.
///
/// @param channels    the channels named
/// @param parameters  their texts
/// @param lastEventId where a broken connection resumes; null: it is a first one
/// @param client      the client's identity; null if it has none
public record SubscribeInput(
        Selection channels,
        Parameters parameters,
        @Nullable String lastEventId,
        @Nullable String client) {
    /// Parses the names of channels and patterns.
    ///
    /// @param field where they stand, for the refusal
    /// @throws dev.sluice.server.http.head.ProblemException if one is invalid, or there are too many
    public static Selection channels(List<String> names, String field) {
        if (names.size() > Selection.PATTERNS_MAX) {
            throw Problems.BAD_PARAMETER.refused(
                    field,
                    "A selection has at most " + Selection.PATTERNS_MAX + " names, this one has " + names.size()
                            + ": use wildcards, or several subscriptions.");
        }
        try {
            return new Selection(names.stream().map(Pattern::of).toList());
        } catch (InvalidNameException invalid) {
            throw Problems.BAD_NAME.refused(field, "The channel " + invalid.getMessage() + ".");
        }
    }
}
