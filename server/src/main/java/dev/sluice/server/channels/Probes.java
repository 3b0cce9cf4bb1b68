package dev.sluice.server.channels;

import dev.sluice.core.log.Log;
import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Problems;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.function.BooleanSupplier;

/// `/livez` and `/readyz`, as Kubernetes asks: whether to restart the server, whether to send it anybody.
public final class Probes {
    private final Log log;
    private final BooleanSupplier ready;

    /// @param ready whether the hub can serve; asked on event loops, so it must not block
    public Probes(Log log, BooleanSupplier ready) {
        this.log = log;
        this.ready = ready;
    }

    public void live(Exchange exchange) {
        exchange.answer(Answer.text(HttpResponseStatus.OK, "ok\n")); // An event loop that answers is alive.
    }

    public void ready(Exchange exchange) {
        String failure = log.failure();
        if (failure != null) exchange.refuse(Problems.LOG_FAILED.of(failure)); // No Retry-After: it lasts.
        else if (ready.getAsBoolean()) exchange.answer(Answer.text(HttpResponseStatus.OK, "ok\n"));
        else
            exchange.refuse(Problems.NOT_READY
                    .of("The hub is starting or stopping. Ask again in a moment.")
                    .withHeader("Retry-After", "1"));
    }
}
