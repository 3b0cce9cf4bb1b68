package dev.sluice.server.transport;

import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Refused;
import dev.sluice.server.http.Route;
import dev.sluice.server.presence.Reception;
import java.time.InstantSource;
import java.util.Map;

/// `GET` of channels: finds the transport, reads what is asked for, hands over.
public final class Subscribe implements Route {
    /// One way to answer.
    public interface Way {
        void open(Exchange exchange, SubscribeRequest asked);

        /// Refuses in this transport's own words, where a status would say too little.
        default void refuse(Exchange exchange, Problem problem, SubscribeRequest.Errors errors) {
            exchange.refuse(problem);
        }
    }

    private final Map<Transport, Way> ways;
    private final SubscribeSettings settings;
    private final InstantSource clock;
    private final Reception reception;
    private final ReaderBudget readers;

    /// @param ways one for each transport
    public Subscribe(
            Map<Transport, Way> ways,
            SubscribeSettings settings,
            InstantSource clock,
            Reception reception,
            ReaderBudget readers) {
        this.ways = Map.copyOf(ways);
        this.settings = settings;
        this.clock = clock;
        this.reception = reception;
        this.readers = readers;
    }

    @Override
    public void handle(Exchange exchange) {
        Transport transport = Negotiation.of(exchange.request());
        Way way = way(transport);
        try {
            SubscribeRequest asked = SubscribeRequest.parse(exchange.request(), transport, settings, clock, reception);
            if (reads(transport)) readers.require(asked.subscription().selection());
            way.open(exchange, asked);
        } catch (Refused refused) {
            way.refuse(exchange, refused.problem(), SubscribeRequest.errors(exchange.request()));
        }
    }

    /// Whether it stays: a page opens a stream by itself, and a plain poll is answered at once.
    private static boolean reads(Transport transport) {
        return transport != Transport.PAGE && transport != Transport.POLL;
    }

    /// Refuses whatever is asked for, in the words of the transport that it is asked for in.
    public void refuse(Exchange exchange, Problem problem) {
        Way way = way(Negotiation.of(exchange.request()));
        way.refuse(exchange, problem, SubscribeRequest.errors(exchange.request()));
    }

    private Way way(Transport transport) {
        Way way = ways.get(transport);
        if (way == null) throw new IllegalStateException("no way to answer by " + transport.title());
        return way;
    }
}
