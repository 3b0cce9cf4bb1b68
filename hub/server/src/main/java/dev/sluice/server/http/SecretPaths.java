package dev.sluice.server.http;

import dev.sluice.server.http.head.Path;
import java.util.ArrayList;
import java.util.List;

/// The paths that are secrets themselves, to be masked wherever people read paths: in logs and in thread names.
///
/// @param beginnings the prefixes of these paths, each ending with `/`; the rest is the secret
public record SecretPaths(List<String> beginnings) {
    /// The id of a session is its client's secret.
    private static final String SESSION = "/session/";

    /// The secret paths of a hub without an embedding program.
    public static final SecretPaths HUB = new SecretPaths(List.of(SESSION));

    public SecretPaths {
        beginnings = List.copyOf(beginnings);
    }

    /// The secret paths of the hub and of its program.
    public static SecretPaths ofProgram(List<String> beginnings) {
        var all = new ArrayList<>(beginnings);
        all.add(SESSION);
        return new SecretPaths(all);
    }

    /// Returns the path as it was sent, or its prefix and `*` if the rest is a secret. The decoded path decides,
    /// because routes are found by it.
    public String shown(Path path) {
        for (String beginning : beginnings) if (path.decoded().startsWith(beginning)) return beginning + "*";
        return path.raw();
    }
}
