package dev.sluice.server.presence;

import dev.sluice.core.access.Principal;
import dev.sluice.server.http.Problems;
import java.util.Optional;

/// The name under which a client joins channels: the only place that knows where it comes from.
@FunctionalInterface
public interface ClientIdentity {
    /// The principal's name. An anonymous client is called what its parameter `client=` claims.
    ClientIdentity OF_PRINCIPAL = (claimed, principal) -> {
        if (principal.isAnonymous()) return claimed;
        if (claimed.isPresent() && !claimed.get().equals(principal.name())) {
            throw Problems.FORBIDDEN.refused(
                    "client",
                    "This client is " + Problems.quoted(principal.name())
                            + ", as its token or key says, and can't be present under another name: leave client= out.");
        }
        return Optional.of(principal.name());
    };

    /// The name of a client; empty if it has none.
    ///
    /// @param claimed the parameter `client=` of its request
    /// @throws dev.sluice.server.http.Refused if the client claims to be somebody else
    Optional<String> of(Optional<String> claimed, Principal principal);
}
