package dev.sluice.server.presence;

import dev.sluice.server.http.Request;
import java.util.Optional;

/// Says who a client is: the one place that knows where that comes from.
@FunctionalInterface
public interface Identities {
    /// A hub without keys believes what it is told in `client=`.
    Identities CLAIMED = request -> request.parameters().text("client");

    /// The name of whoever sent this request; empty: nobody in particular.
    ///
    /// @throws dev.sluice.server.http.Refused if what it says of that can't be
    Optional<String> of(Request request);
}
