package dev.sluice.embed.file;

import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Status;

/// Redirects from a folder's path to the one with a slash at its end, below which relative links of its page resolve.
public final class TrailingSlash {
    private TrailingSlash() {}

    /// `Location` is relative (RFC 9110 §10.2.2), because a proxy may serve the program below a path of its
    /// own. `./` keeps a colon in the name from ending a scheme, and a name after two slashes from being a
    /// host.
    public static ServerResponse redirect(RequestHead request) {
        String path = request.path().raw();
        String name = path.substring(path.lastIndexOf('/') + 1);
        return ServerResponse.empty(Status.PERMANENT_REDIRECT).with(HeaderNames.LOCATION, "./" + name + "/");
    }
}
