package dev.sluice.server.http;

import java.util.Optional;

/// Shows refusals to people: a browser that navigates gets a page, all other clients the problem as JSON.
@FunctionalInterface
public interface RefusalPage {
    /// Every client gets JSON.
    RefusalPage NONE = (_, _) -> Optional.empty();

    /// The page for this problem; empty if the request is not one of a person. The page has the status and the headers
    /// of the problem.
    Optional<Answer> of(RequestHead request, Problem problem);
}
