package dev.sluice.server.transport;

import dev.sluice.core.access.AccessDeniedException;
import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.Selection;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.subscribe.SubscribeParser;
import dev.sluice.server.subscribe.SubscribeRequest;
import dev.sluice.server.subscribe.SubscribeRequest.Errors;
import dev.sluice.server.subscribe.TransportSpec;
import java.util.List;

/// `GET` on channels: chooses the transport, parses the request and passes it to the transport.
public final class Subscribe implements Route {
    private final Negotiation negotiation;
    private final SubscriptionAdmission admission;

    public Subscribe(Negotiation negotiation, SubscriptionAdmission admission) {
        this.negotiation = negotiation;
        this.admission = admission;
    }

    @Override
    public void handle(Exchange exchange) {
        RequestHead head = exchange.request();
        Transport transport = negotiation.of(head);
        TransportSpec spec = transport.spec(head.parameters());
        try {
            SubscribeRequest request = parse(head, spec, admission.parser(), exchange.grant());
            if (request.joins()) exchange.setGrant(whileJoining(request, exchange.grant()));
            if (spec.isLive()) admission.drain().require();
            admission.require(request, exchange.grant());
            transport.open(exchange, request);
        } catch (ProblemException refused) {
            transport.refuse(exchange, refused.problem(), Errors.of(head.parameters()));
        } catch (AccessDeniedException denied) {
            transport.refuse(exchange, Problems.of(denied), Errors.of(head.parameters()));
        }
    }

    /// The hub reviews what a stream reads when rules change; joining is up to this package.
    private static Grant whileJoining(SubscribeRequest request, Grant grant) {
        return grant.unless(() -> grant.isRevoked() || (grant.isLimited() && !request.permitsJoin(grant)));
    }

    /// Refuses a request in the format of the transport it asks for.
    @Override
    public void refuse(Exchange exchange, Problem problem) {
        RequestHead head = exchange.request();
        negotiation.of(head).refuse(exchange, problem, Errors.of(head.parameters()));
    }

    static SubscribeRequest parse(RequestHead head, TransportSpec transport, SubscribeParser parser, Grant grant) {
        String lastEventId =
                head.header("Last-Event-ID").filter(text -> !text.isEmpty()).orElse(null);
        String client = parser.presence().claimed(head, grant.principal());
        return parser.parse(channels(head), head.parameters(), transport, lastEventId, client, grant);
    }

    private static Selection channels(RequestHead head) {
        List<String> names = head.parameters().all("name");
        boolean inPath = head.path().segments().size() > 1;
        if (inPath && !names.isEmpty()) {
            throw Problems.BAD_PARAMETER.refused(
                    "name", "Channels are named in the path or with name=, not both: leave one of them out.");
        }
        if (!inPath && names.isEmpty()) {
            throw Problems.BAD_PARAMETER.refused(
                    "name", "Which channels? Name one in the path, as /channels/NAME, or several with name=.");
        }
        return inPath
                ? SubscribeParser.channels(List.of(head.path().after(1)), "path")
                : SubscribeParser.channels(names, "name");
    }
}
