package dev.sluice.server.http.exchange;

import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.ProblemPage;
import dev.sluice.server.http.ResponseListener;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.policy.OriginPolicy;

/// How the requests of a listener are limited and answered. Shared by its connections, of HTTP/1.1 and HTTP/2.
///
/// @param policy          answers some requests itself, and adds headers to all answers
/// @param route           receives the requests that the policy does not answer
/// @param sender          completes the heads of answers
/// @param listener        is notified of answers
/// @param isSingleRequest whether a connection ends after the answer to its first request
/// @param refusals        renders problems as pages for people
/// @param answers         counts the bytes of answers that wait for their clients
public record HttpService(
        HttpSettings settings,
        OriginPolicy policy,
        Route route,
        Http1ResponseWriter sender,
        ResponseListener listener,
        boolean isSingleRequest,
        ProblemPage refusals,
        InFlightBytes answers) {
    /// A copy with another route.
    public HttpService to(Route other) {
        return new HttpService(settings, policy, other, sender, listener, isSingleRequest, refusals, answers);
    }
}
