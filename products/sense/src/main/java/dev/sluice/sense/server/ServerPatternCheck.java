package dev.sluice.sense.server;

import dev.sluice.sense.check.Check;
import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.check.Phrase;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/// A placeholder for the checks of all servers whose names match; its outcome lists these servers.
///
/// @param each creates the check of a server
public record ServerPatternCheck(ServerRegistry servers, ServerPattern pattern, Function<String, Check> each)
        implements Check {
    private static final int NAMED = 5;

    @Override
    public Outcome run() {
        List<String> found = matching();
        if (found.isEmpty()) return new Outcome.Unclear(Phrase.of("no-server", pattern.text()));
        String more = found.size() > NAMED ? ", …" : "";
        String names = String.join(", ", found.subList(0, Math.min(NAMED, found.size())));
        return new Outcome.Passed(Duration.ZERO, found.size() + ": " + names + more);
    }

    /// Returns the servers that have reported and match, sorted by name.
    public List<String> matching() {
        return servers.names().stream().filter(pattern::matches).toList();
    }

    public Check of(String server) {
        return each.apply(server);
    }
}
