package dev.sluice.sense;

import dev.sluice.client.ClientBuilder;
import dev.sluice.sense.limit.SenseLimits;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where Sense keeps and finds its data, and how much it takes.
///
/// @param database the file of its database; null: in memory, lost at the end
/// @param file     `sense.toml`; null: none
/// @param hub      makes clients of a hub elsewhere, with which its channels are shared; null: none
public record SenseOptions(
        @Nullable Path database,
        @Nullable Path file,
        SenseLimits limits,
        @Nullable Supplier<ClientBuilder> hub) {
    public SenseOptions(@Nullable Path database, @Nullable Path file) {
        this(database, file, SenseLimits.DEFAULT, null);
    }

    /// Returns these with a hub elsewhere.
    public SenseOptions withHub(Supplier<ClientBuilder> clients) {
        return new SenseOptions(database, file, limits, clients);
    }

    /// Returns these with other limits.
    public SenseOptions withLimits(SenseLimits others) {
        return new SenseOptions(database, file, others, hub);
    }
}
