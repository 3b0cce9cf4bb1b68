package dev.sluice.server.http.head;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.InvalidNameException;

/// Parses the names of channels in requests.
public final class ChannelNames {
    private ChannelNames() {}

    /// @param field the parameter or member that has the name, for the refusal
    /// @throws ProblemException if the name is invalid
    public static ChannelName of(String name, String field) {
        try {
            return new ChannelName(name);
        } catch (InvalidNameException invalid) {
            throw Problems.BAD_NAME.refused(field, "The channel " + invalid.getMessage() + ".");
        }
    }
}
