package dev.sluice.sense.server;

import dev.sluice.sense.text.LogField;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Servers that have reported but are not watched yet, because their checks could not be created: the
/// database failed, or there are too many checks. Safe for use by many threads.
final class Discoveries {
    private static final System.Logger LOG = System.getLogger(Discoveries.class.getName());

    /// Limited, because creating the checks of a server examines all others.
    private static final int RETRIED_MAX = 20;

    private final Function<String, Optional<String>> watch;
    private final Map<String, String> unwatched =
            new LinkedHashMap<>(); // With the reasons; the newest attempt is last.
    private volatile String problem = "";

    /// @param watch creates the checks of a server; returns why it could not
    Discoveries(Function<String, Optional<String>> watch) {
        this.watch = watch;
    }

    /// @return true if the server is now watched
    synchronized boolean discovered(String server) {
        String reason = reason(server);
        if (reason.isEmpty()) return true;
        unwatched.put(server, reason);
        problem = summary();
        LOG.log(
                Level.ERROR,
                "a server reports and could not be watched, and is retried name=" + LogField.quoted(server) + " reason="
                        + LogField.quoted(reason));
        return false;
    }

    /// Retries the servers whose last attempt is longest ago.
    ///
    /// @return the servers that are now watched
    synchronized List<String> retry() {
        List<String> tried = unwatched.keySet().stream().limit(RETRIED_MAX).toList();
        tried.forEach(server -> {
            unwatched.remove(server);
            String reason = reason(server);
            if (!reason.isEmpty()) unwatched.put(server, reason);
        });
        problem = summary();
        return tried.stream().filter(server -> !unwatched.containsKey(server)).toList();
    }

    private String reason(String server) {
        try {
            return watch.apply(server).orElse("");
        } catch (RuntimeException failed) { // The database failed and may work again.
            return String.valueOf(failed.getMessage());
        }
    }

    private String summary() {
        if (unwatched.isEmpty()) return "";
        Map.Entry<String, String> first = unwatched.entrySet().iterator().next();
        String others = unwatched.size() == 1 ? "" : " and " + (unwatched.size() - 1) + " more";
        return "'" + first.getKey() + "'" + others + ": " + first.getValue();
    }

    /// Returns a short description of which server is not watched and why; empty if all are. Does not block.
    String problem() {
        return problem;
    }
}
