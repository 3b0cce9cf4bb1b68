package dev.sluice.server.publish;

import dev.sluice.core.log.AppendListener;
import dev.sluice.core.log.Appended;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The answer to a publish, which is sent on the connection's event loop once the log has decided. One object for the
/// whole way, as each publish has one.
final class PendingAnswer implements AppendListener, Runnable {
    private final Exchange exchange;
    private final PublishRequest request;
    private final InFlightBytes.Holder held;
    private @Nullable Appended outcome;
    private @Nullable Throwable failure;

    /// @param held the body's bytes in the budget
    PendingAnswer(Exchange exchange, PublishRequest request, InFlightBytes.Holder held) {
        this.exchange = exchange;
        this.request = request;
        this.held = held;
    }

    @Override
    public void appended(@Nullable Appended outcome, @Nullable Throwable failure) {
        this.outcome = outcome;
        this.failure = failure;
        held.giveBackAll();
        exchange.run(this);
    }

    @Override
    public void run() {
        if (failure != null) exchange.refuse(AppendAnswers.failed(failure));
        else exchange.answer(AppendAnswers.answer(Objects.requireNonNull(outcome), request.channel()));
    }
}
