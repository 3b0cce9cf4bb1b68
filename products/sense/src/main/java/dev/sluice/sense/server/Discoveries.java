package dev.sluice.sense.server;

import dev.sluice.sense.text.LogField;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Servers that have reported and are not watched yet, because their checks could not be made: the database failed, or
/// there are too many checks. Safe for use by many threads.
final class Discoveries {
    private static final System.Logger LOG = System.getLogger(Discoveries.class.getName());

    /// Making the checks of a server looks at all others.
    private static final int RETRIED_MAX = 20;

    private final Function<String, Optional<String>> watch;
    private final Map<String, String> unwatched = new LinkedHashMap<>(); // With their reasons; the newest attempt last.
    private volatile String problem = "";

    /// @param watch makes the checks of a server; returns why it could not
    Discoveries(Function<String, Optional<String>> watch) {
        this.watch = watch;
    }

    synchronized void discovered(String server) {
        String reason = reason(server);
        if (reason.isEmpty()) return;
        unwatched.put(server, reason);
        problem = summary();
        LOG.log(
                Level.ERROR,
                "a server reports and is not watched, which is tried again name=" + LogField.quoted(server) + " reason="
                        + LogField.quoted(reason));
    }

    /// Tries those again that were tried longest ago.
    ///
    /// @return those that are watched now
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
        } catch (RuntimeException failed) { // The database, which may work again.
            return String.valueOf(failed.getMessage());
        }
    }

    private String summary() {
        if (unwatched.isEmpty()) return "";
        Map.Entry<String, String> first = unwatched.entrySet().iterator().next();
        String others = unwatched.size() == 1 ? "" : " and " + (unwatched.size() - 1) + " more";
        return "'" + first.getKey() + "'" + others + ": " + first.getValue();
    }

    /// Returns which server is not watched and why, in a few words; empty if all are. Does not wait for an attempt.
    String problem() {
        return problem;
    }
}
