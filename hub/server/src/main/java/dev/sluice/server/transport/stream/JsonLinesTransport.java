package dev.sluice.server.transport.stream;

import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.log.Gap;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.head.MediaType;
import dev.sluice.server.subscribe.Envelopes;
import dev.sluice.server.subscribe.ParameterGroup;
import dev.sluice.server.subscribe.SubscribeRequest;
import dev.sluice.server.subscribe.TransportSpec;
import dev.sluice.server.transport.DispatcherLookup;
import dev.sluice.server.transport.HttpStream;
import dev.sluice.server.transport.Transport;
import org.jspecify.annotations.Nullable;

/// Answers a request with one envelope per line.
public final class JsonLinesTransport implements Transport {
    private static final String CONTENT_TYPE = MediaType.JSON_LINES;

    public static final TransportSpec SPEC = new TransportSpec(
            "JSON lines",
            new TransportSpec.Choice.Type(CONTENT_TYPE, "ndjson"),
            true,
            Envelopes.JSON,
            ParameterGroup.STREAM);

    private final DispatcherLookup loops;

    public JsonLinesTransport(DispatcherLookup loops) {
        this.loops = loops;
    }

    @Override
    public TransportSpec spec() {
        return SPEC;
    }

    @Override
    public void open(Exchange exchange, SubscribeRequest request) {
        JsonLinesWire wire = new JsonLinesWire(exchange.framing());
        HttpStream.open(
                exchange,
                loops.of(exchange.loop()),
                request,
                wire,
                CONTENT_TYPE,
                (subscriber, at, gap) -> preamble(wire, wire.begin(at, subscriber.endedChannels()), gap),
                exchange::refuse);
    }

    private static byte[] preamble(JsonLinesWire wire, byte[] begin, @Nullable Gap gap) {
        return gap == null ? begin : ByteBuilder.concat(wire.gap(gap), begin);
    }
}
