package dev.sluice.server.http.exchange;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// The grant of a client on a hub without access rules. It is created for the first request of a connection and reused
/// for later requests from the same address: behind a proxy, a connection carries requests of several clients. It is
/// removed with the HTTP handlers, because a stream has its own grant. Used on the event loop only.
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
