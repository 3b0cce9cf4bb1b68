package dev.sluice.server.transport;

import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.subscribe.SubscribeRequest;
import dev.sluice.server.subscribe.TransportSpec;

/// A transport: how events reach a client. All methods are called on the connection's event loop.
public interface Transport {
    /// The description of this transport.
    TransportSpec spec();

    /// The description for a request with these parameters.
    default TransportSpec spec(Parameters parameters) {
        return spec();
    }

    /// Answers a request.
    void open(Exchange exchange, SubscribeRequest request);

    /// Refuses in the transport's own format, for clients that can't read an HTTP status.
    default void refuse(Exchange exchange, Problem problem, SubscribeRequest.Errors errors) {
        exchange.refuse(problem);
    }
}
