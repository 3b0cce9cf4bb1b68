package dev.sluice.server.transport;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Requests;
import dev.sluice.server.subscribe.SubscribeRequest;

/// Subscribe requests of tests, as the hub reads them.
final class SubscribeRequests {
    private SubscribeRequests() {}

    static SubscribeRequest parse(RequestHead request) {
        return HubTransports.parse(request);
    }

    static SubscribeRequest sse(String target, String... headers) {
        return parse(Requests.get(target + (target.contains("?") ? "&" : "?") + "as=sse", headers));
    }

    static Problem refused(RequestHead request) {
        return catchThrowableOfType(ProblemException.class, () -> parse(request))
                .problem();
    }

    static From from(String query, String... headers) {
        return sse("/channels/x?" + query, headers).subscription().from();
    }
}
