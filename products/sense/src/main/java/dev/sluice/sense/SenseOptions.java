package dev.sluice.sense;

import dev.sluice.client.ClientBuilder;
import dev.sluice.sense.limit.SenseLimits;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The files that Sense uses, its limits, and the hub with which it shares its channels.
///
/// @param database the file of the database; null for a database in memory, which is lost at the end
/// @param file     `sense.toml`; null if there is none
/// @param hub      creates clients of another hub that mirrors the channels; null if there is none
public record SenseOptions(
        @Nullable Path database,
        @Nullable Path file,
        SenseLimits limits,
        @Nullable Supplier<ClientBuilder> hub) {
    public SenseOptions(@Nullable Path database, @Nullable Path file) {
        this(database, file, SenseLimits.DEFAULT, null);
    }

    /// Returns a copy of these options with another hub.
    public SenseOptions withHub(Supplier<ClientBuilder> clients) {
        return new SenseOptions(database, file, limits, clients);
    }

    /// Returns a copy of these options with other limits.
    public SenseOptions withLimits(SenseLimits others) {
        return new SenseOptions(database, file, others, hub);
    }
}
