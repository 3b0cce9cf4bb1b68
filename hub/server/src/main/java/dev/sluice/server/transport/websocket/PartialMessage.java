package dev.sluice.server.transport.websocket;

import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.TransferRate;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.net.Deadline;
import dev.sluice.server.net.outlet.Outlet;
import java.time.Duration;
import java.util.function.Consumer;

/// The accounting of an incomplete message: bytes from the budget of all publishes, and time. Runs on the
/// connection's event loop.
final class PartialMessage {
    private final MessageLimits limits;
    private final Outlet outlet;
    private final Consumer<WebSocketException> fail;
    private final InFlightBytes.EvictableHolder budget;
    private final TransferRate progress;
    private final Deadline deadline;
    private int bytes;
    private boolean isTimed;

    /// @param fail closes the WebSocket with an error
    PartialMessage(MessageLimits limits, Outlet outlet, Consumer<WebSocketException> fail) {
        this.limits = limits;
        this.outlet = outlet;
        this.fail = fail;
        this.budget = limits.inFlight().holder(outlet.loop(), () -> fail.accept(overBudget()));
        this.progress = new TransferRate(limits.bytesPerSecond());
        this.deadline = new Deadline(outlet.loop(), this::expired);
    }

    /// More bytes of the message were received.
    ///
    /// @param bytesNow the bytes that the message holds now
    /// @throws WebSocketException 1013 if the budget does not take them
    void grow(int bytesNow, int moved) {
        try {
            budget.take(bytesNow - bytes);
        } catch (ProblemException refused) {
            throw overBudget();
        }
        bytes = bytesNow;
        budget.await();
        budget.moved(moved);
        if (isTimed) {
            progress.moved(moved, deadline.nowNs());
        } else {
            isTimed = true;
            progress.begin(deadline.nowNs());
            deadline.in(limits.grace());
        }
    }

    /// The message is complete.
    void complete() {
        bytes = 0;
        isTimed = false;
        budget.giveBackAll();
        deadline.clear();
    }

    /// The message is discarded.
    void end() {
        complete();
        deadline.end();
    }

    private void expired() {
        // While the hub itself does not read, the client can't send, so this time does not count.
        if (!outlet.isReading()) progress.begin(deadline.nowNs());
        long leftNs = limits.grace().toNanos() - progress.behindNs(deadline.nowNs());
        if (leftNs > 0) deadline.in(Duration.ofNanos(leftNs));
        else fail.accept(new WebSocketException(CloseFrame.TOO_SLOW, "the rest of a message did not arrive in time"));
    }

    private static WebSocketException overBudget() {
        return new WebSocketException(
                CloseFrame.TRY_AGAIN,
                "too many bytes are in flight (publish.in_flight_max): send this message again later");
    }
}
