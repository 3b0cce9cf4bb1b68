package dev.sluice.server.http;

import dev.sluice.server.net.Deadline;
import dev.sluice.server.net.PendingWrites;
import dev.sluice.server.net.TlsPipeline;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The phase of a connection, and its time limit. Used on the event loop only.
final class PhaseTimer {
    /// Progress of writing an answer: two equal values in a row mean that the client has read nothing in between.
    ///
    /// @param sent bytes that were passed to Netty
    private record WriteProgress(long sent, PendingWrites pending) {}

    private final HttpConnection connection;
    private final HttpSettings settings;
    private final Deadline deadline;
    private ConnectionPhase phase = ConnectionPhase.IDLE;
    private @Nullable WriteProgress progress;

    PhaseTimer(HttpConnection connection, HttpSettings settings) {
        this.connection = connection;
        this.settings = settings;
        this.deadline = new Deadline(connection.channel().eventLoop(), this::onExpired);
        deadline.in(settings.idleTime());
    }

    ConnectionPhase phase() {
        return phase;
    }

    /// Enters a phase, or the same again, and restarts its time.
    void enter(ConnectionPhase next) {
        phase = next;
        switch (next) {
            case IDLE -> deadline.in(settings.idleTime());
            case HEAD -> deadline.in(settings.headTime());
            case BODY -> {
                Http1Exchange current = connection.exchange();
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
            case HEAD -> connection.refuseSlowHead();
            case BODY -> {
                Http1Exchange current = connection.exchange();
                if (current == null) return;
                long leftNs = current.body().timeLeftNs();
                if (leftNs > 0) deadline.in(Duration.ofNanos(leftNs));
                else current.body().refuseAsSlow();
            }
            case ANSWER -> {
                WriteProgress before = progress;
                enter(ConnectionPhase.ANSWER);
                if (Objects.equals(before, progress)) TlsPipeline.abort(connection.channel());
            }
            case WORK, ENDED -> {}
        }
    }

    private WriteProgress progress() {
        Http1Exchange current = connection.exchange();
        return new WriteProgress(current == null ? 0 : current.sent(), PendingWrites.of(connection.channel()));
    }
}
