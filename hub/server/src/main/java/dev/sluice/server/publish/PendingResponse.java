package dev.sluice.server.publish;

import dev.sluice.core.log.AppendListener;
import dev.sluice.core.log.AppendResult;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The answer to a publish, which is sent on the connection's event loop once the log has decided. A single
/// object per publish, because there are many publishes.
final class PendingResponse implements AppendListener, Runnable {
    private final Exchange exchange;
    private final PublishRequest request;
    private final InFlightBytes.Holder held;
    private @Nullable AppendResult outcome;
    private @Nullable Throwable failure;

    /// @param held the body's bytes in the budget
    PendingResponse(Exchange exchange, PublishRequest request, InFlightBytes.Holder held) {
        this.exchange = exchange;
        this.request = request;
        this.held = held;
    }

    @Override
    public void appended(@Nullable AppendResult outcome, @Nullable Throwable failure) {
        this.outcome = outcome;
        this.failure = failure;
        held.giveBackAll();
        exchange.run(this);
    }

    @Override
    public void run() {
        if (failure != null) exchange.refuse(AppendResponses.failed(failure));
        else exchange.answer(AppendResponses.answer(Objects.requireNonNull(outcome), request.channel()));
    }
}
