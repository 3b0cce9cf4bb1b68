package dev.sluice.server.http.exchange;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// The grant of a client where everybody may do everything. It is made for the first request of a connection, and used
/// for all its requests from the same address: behind a proxy, a connection has those of several clients. It goes with
/// the handlers of HTTP, as a stream has a grant of its own. Used on the event loop only.
public final class OpenGrant {
    private @Nullable InetAddress client;
    private @Nullable Grant last;

    Grant of(InetAddress address) {
        Grant grant = last;
        if (grant != null && address.equals(client)) return grant;
        grant = Grant.of(new Principal("", address.getHostAddress()), Permissions.ALL);
        client = address;
        last = grant;
        return grant;
    }
}
