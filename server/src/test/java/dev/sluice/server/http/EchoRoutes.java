package dev.sluice.server.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Routes that echo the request.
final class EchoRoutes {
    private EchoRoutes() {}

    /// Answers with the path.
    static final Route PATH = exchange -> exchange.answer(
            ServerResponse.text(Status.OK, exchange.request().path().raw()));

    /// Answers with the body.
    static final Route BODY = exchange -> exchange.body(new Collector(exchange));

    private record Collector(Exchange exchange, StringBuilder text) implements BodyReader {
        Collector(Exchange exchange) {
            this(exchange, new StringBuilder());
        }

        @Override
        public void data(ByteBuffer part) {
            text.append(StandardCharsets.ISO_8859_1.decode(part));
        }

        @Override
        public void end() {
            exchange.answer(ServerResponse.text(Status.OK, "got " + text));
        }

        @Override
        public void failed(Problem problem) {
            exchange.refuse(problem);
        }
    }

    /// A message's head.
    static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }
}
