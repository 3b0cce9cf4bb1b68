package dev.sluice.server.transport.stream;

import dev.sluice.server.http.Exchange;
import dev.sluice.server.subscribe.Envelopes;
import dev.sluice.server.subscribe.ParameterGroup;
import dev.sluice.server.subscribe.SubscribeRequest;
import dev.sluice.server.subscribe.TransportSpec;
import dev.sluice.server.transport.DispatcherLookup;
import dev.sluice.server.transport.HttpStream;
import dev.sluice.server.transport.Transport;

/// Answers a request with the data alone.
public final class TextTransport implements Transport {
    public static final TransportSpec SPEC = new TransportSpec(
            "raw text",
            new TransportSpec.Choice.Type("text/plain", "text"),
            true,
            Envelopes.RAW,
            ParameterGroup.STREAM);

    private final DispatcherLookup loops;

    public TextTransport(DispatcherLookup loops) {
        this.loops = loops;
    }

    @Override
    public TransportSpec spec() {
        return SPEC;
    }

    @Override
    public void open(Exchange exchange, SubscribeRequest request) {
        HttpStream.open(
                exchange,
                loops.of(exchange.loop()),
                request,
                new TextWire(exchange.framing()),
                "text/plain; charset=utf-8",
                (_, _, _) -> new byte[0],
                exchange::refuse);
    }
}
