package dev.sluice.server.http;

import dev.sluice.server.http.head.Path;
import java.util.ArrayList;
import java.util.List;

/// The paths that are a secret themselves, for whatever writes paths where people read them: logs and names of threads.
///
/// @param beginnings how these paths begin, each with a `/` at its end; the rest is the secret
public record SecretPaths(List<String> beginnings) {
    /// The id of a session is its client's secret.
    private static final String SESSION = "/session/";

    /// The secret paths of a hub without a program.
    public static final SecretPaths HUB = new SecretPaths(List.of(SESSION));

    public SecretPaths {
        beginnings = List.copyOf(beginnings);
    }

    /// Those of the hub and of its program.
    public static SecretPaths ofProgram(List<String> beginnings) {
        var all = new ArrayList<>(beginnings);
        all.add(SESSION);
        return new SecretPaths(all);
    }

    /// Returns the path as it was sent, with `*` for its rest if that is a secret. Routes are found by the decoded
    /// path, so that decides.
    public String shown(Path path) {
        for (String beginning : beginnings) if (path.decoded().startsWith(beginning)) return beginning + "*";
        return path.raw();
    }
}
