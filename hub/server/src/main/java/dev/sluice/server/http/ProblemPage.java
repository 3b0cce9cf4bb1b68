package dev.sluice.server.http;

import dev.sluice.core.access.Grant;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.RequestHead;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Shows refusals to people: a browser that navigates gets a page, all other clients the problem as JSON.
@FunctionalInterface
public interface ProblemPage {
    /// Every client gets JSON.
    ProblemPage NONE = (_, _, _) -> Optional.empty();

    /// The page for this problem; empty unless the request is the navigation of a browser. The page has the
    /// status and the headers of the problem.
    ///
    /// @param grant the grant of the request; null if the request was refused before its grant was known
    Optional<ServerResponse> of(RequestHead request, @Nullable Grant grant, Problem problem);
}
