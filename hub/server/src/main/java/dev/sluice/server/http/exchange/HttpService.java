package dev.sluice.server.http.exchange;

import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.ProblemPage;
import dev.sluice.server.http.ResponseListener;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.policy.OriginPolicy;

/// The requests of a listener: their limits and their answers. Shared by its connections, of both versions of HTTP.
///
/// @param policy          answers some requests, and has headers for all answers
/// @param route           gets the requests that the policy does not answer
/// @param sender          completes the heads of answers
/// @param listener        is notified of answers
/// @param isSingleRequest whether a connection ends after the answer to its first request
/// @param refusals        shows problems to people
public record HttpService(
        HttpSettings settings,
        OriginPolicy policy,
        Route route,
        Http1ResponseWriter sender,
        ResponseListener listener,
        boolean isSingleRequest,
        ProblemPage refusals) {
    /// A copy with another route.
    public HttpService to(Route other) {
        return new HttpService(settings, policy, other, sender, listener, isSingleRequest, refusals);
    }
}
