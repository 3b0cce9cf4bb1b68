package dev.sluice.server.http.exchange;

import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.net.Deadline;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The phase of a connection or stream, and its time limit. Used on the event loop only.
public final class PhaseTimer {
    /// Progress of writing an answer: two equal values in a row mean that the client has read nothing in between.
    ///
    /// @param sent bytes that were passed to Netty
    private record WriteProgress(long sent, Object pending) {}

    private final ExchangeChannel connection;
    private final HttpSettings settings;
    private final Runnable onSlowHead;
    private final Deadline deadline;
    private ConnectionPhase phase;
    private @Nullable WriteProgress progress;

    /// @param phase      the first phase
    /// @param onSlowHead called when a head has not arrived in time
    public PhaseTimer(ExchangeChannel connection, HttpSettings settings, ConnectionPhase phase, Runnable onSlowHead) {
        this.connection = connection;
        this.settings = settings;
        this.onSlowHead = onSlowHead;
        this.deadline = new Deadline(connection.channel().eventLoop(), this::onExpired);
        this.phase = phase;
        enter(phase);
    }

    public ConnectionPhase phase() {
        return phase;
    }

    /// Returns true if no further request is served.
    public boolean isEnded() {
        return phase == ConnectionPhase.ENDED;
    }

    /// Enters a phase, unless it is the current one or [ENDED][ConnectionPhase#ENDED] has been entered.
    public void update(ConnectionPhase next) {
        if (next != phase && !isEnded()) enter(next);
    }

    /// Enters a phase, possibly the current one again, and restarts its time limit.
    public void enter(ConnectionPhase next) {
        phase = next;
        switch (next) {
            case IDLE -> deadline.in(settings.idleTime());
            case HEAD -> deadline.in(settings.headTime());
            case BODY -> {
                HttpExchange current = connection.exchange();
                if (current != null) current.body().restartTime();
                deadline.in(settings.bodyGrace());
            }
            case ANSWER -> {
                progress = progress();
                deadline.in(settings.answerTime());
            }
            case WORK -> deadline.clear();
            case ENDED -> deadline.end();
        }
    }

    private void onExpired() {
        switch (phase) {
            case IDLE -> connection.channel().close();
            case HEAD -> onSlowHead.run();
            case BODY -> {
                HttpExchange current = connection.exchange();
                if (current == null) return;
                long leftNs = current.body().timeLeftNs();
                if (leftNs > 0) deadline.in(Duration.ofNanos(leftNs));
                else current.body().refuseAsSlow();
            }
            case ANSWER -> {
                WriteProgress before = progress;
                enter(ConnectionPhase.ANSWER);
                if (Objects.equals(before, progress)) connection.abort();
            }
            case WORK, ENDED -> {}
        }
    }

    private WriteProgress progress() {
        HttpExchange current = connection.exchange();
        return new WriteProgress(current == null ? 0 : current.sent(), connection.writeProgress());
    }
}
