package dev.sluice.sense;

import dev.sluice.client.ClientBuilder;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where Sense keeps and finds its data.
///
/// @param database the file of its database; null: in memory, lost at the end
/// @param file     `sense.toml`; null: none
/// @param runsMax  how many checks run at once
/// @param hub      makes clients of a hub elsewhere, with which its channels are shared; null: none
public record SenseOptions(
        @Nullable Path database,
        @Nullable Path file,
        int runsMax,
        @Nullable Supplier<ClientBuilder> hub) {
    /// Enough for ten thousand checks at 10 s that take a second each.
    public static final int RUNS_MAX = 1024;

    public SenseOptions {
        if (runsMax < 1) throw new IllegalArgumentException("runsMax must be 1 or more, was " + runsMax);
    }

    public SenseOptions(@Nullable Path database, @Nullable Path file) {
        this(database, file, RUNS_MAX, null);
    }

    /// Returns these with a hub elsewhere.
    public SenseOptions withHub(Supplier<ClientBuilder> clients) {
        return new SenseOptions(database, file, runsMax, clients);
    }
}
