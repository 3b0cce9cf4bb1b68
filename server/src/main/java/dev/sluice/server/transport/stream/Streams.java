package dev.sluice.server.transport.stream;

import dev.sluice.core.delivery.Wire;
import dev.sluice.core.encoded.Bytes;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.transport.Framing;
import dev.sluice.server.transport.HttpStream;
import dev.sluice.server.transport.Loops;
import dev.sluice.server.transport.SubscribeRequest;

/// Makes a request a stream of JSON lines or of raw text.
public final class Streams {
    private final Loops loops;

    public Streams(Loops loops) {
        this.loops = loops;
    }

    /// Answers with an envelope a line.
    public void openJsonLines(Exchange exchange, SubscribeRequest asked) {
        JsonLinesWire wire = new JsonLinesWire(HttpStream.framing(exchange));
        open(exchange, asked, wire, "application/x-ndjson", (at, gap) -> {
            Bytes first = new Bytes();
            if (gap != null) first.write(wire.gap(gap));
            first.write(wire.begin(at));
            return first.toByteArray();
        });
    }

    /// Answers with the data alone.
    public void openText(Exchange exchange, SubscribeRequest asked) {
        Framing framing = HttpStream.framing(exchange);
        open(exchange, asked, new TextWire(framing), "text/plain; charset=utf-8", (_, _) -> new byte[0]);
    }

    private void open(
            Exchange exchange, SubscribeRequest asked, Wire wire, String contentType, HttpStream.FirstWords first) {
        HttpStream.open(exchange, loops.of(exchange.channel()), asked, wire, contentType, first, exchange::refuse);
    }
}
