package dev.sluice.server.presence;

import dev.sluice.core.access.Principal;
import dev.sluice.server.http.head.Problems;
import java.util.Optional;

/// The name under which a client joins channels: the only place that knows where it comes from.
@FunctionalInterface
public interface ClientIdentity {
    /// The prefix of the names of anonymous members on a hub with proven names, so that they cannot pass for one
    /// of those.
    String ANONYMOUS = "~";

    /// The name that the client claims, on a hub whose callers are all anonymous.
    ClientIdentity AS_CLAIMED = (claimed, _) -> claimed;

    /// The principal's name. An anonymous client has the name of its parameter `client=`, with the prefix
    /// [#ANONYMOUS] if other callers have proven names. A caller whose proven name has that prefix cannot join.
    ClientIdentity OF_PRINCIPAL = (claimed, principal) -> {
        if (principal.isAnonymous()) {
            boolean areOthersKnown = !principal.address().isEmpty();
            return areOthersKnown ? claimed.map(ClientIdentity::marked) : claimed;
        }
        if (principal.name().startsWith(ANONYMOUS)) {
            if (claimed.isEmpty()) return claimed;
            throw Problems.FORBIDDEN.refused(
                    "client",
                    "The name of this client, " + Problems.quoted(principal.name()) + ", begins with '" + ANONYMOUS
                            + "' like those of anonymous members, so it can't be present. Ask for another 'sub'.");
        }
        if (claimed.isPresent() && !claimed.get().equals(principal.name())) {
            throw Problems.FORBIDDEN.refused(
                    "client",
                    "This client is " + Problems.quoted(principal.name())
                            + ", as its token or key says, and can't be present under another name: leave client= out.");
        }
        return Optional.of(principal.name());
    };

    private static String marked(String name) {
        return name.startsWith(ANONYMOUS) ? name : ANONYMOUS + name;
    }

    /// The name of a client; empty if it has none.
    ///
    /// @param claimed the parameter `client=` of its request
    /// @throws dev.sluice.server.http.head.ProblemException if the client claims the name of another caller
    Optional<String> of(Optional<String> claimed, Principal principal);
}
