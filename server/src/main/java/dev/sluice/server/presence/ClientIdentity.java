package dev.sluice.server.presence;

import dev.sluice.server.http.RequestHead;
import java.util.Optional;

/// The name under which a client joins channels: the only place that knows where it comes from.
@FunctionalInterface
public interface ClientIdentity {
    /// The parameter `client=`. There is no authentication: the name is whatever the request claims.
    ClientIdentity CLAIMED = request -> request.parameters().text("client");

    /// The name of the client that sent this request; empty if it has none.
    ///
    /// @throws dev.sluice.server.http.Refused if the request's credentials are invalid
    Optional<String> of(RequestHead request);
}
