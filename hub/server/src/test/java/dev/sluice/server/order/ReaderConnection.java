package dev.sluice.server.order;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import dev.sluice.core.history.ReaderChecker;
import dev.sluice.core.log.GapReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One connection of a reader: its start, and everything it received.
public final class ReaderConnection {
    private final From from;
    private final ClientKind kind;

    /// The recording's moment and the log's head before it connected.
    private final long before;

    private final Cursor head;
    boolean isCutByServer;
    public final List<TimedObservation> observations = new ArrayList<>();

    /// An observation, and the moment by which the server had sent it.
    public record TimedObservation(Observation observation, long moment) {}

    public ReaderConnection(From from, ClientKind kind, long before, Cursor head) {
        this.from = from;
        this.kind = kind;
        this.before = before;
        this.head = head;
    }

    /// Checks what it received after all that the reader's earlier connections did.
    public void check(ReaderChecker checker) {
        checker.connected(from, !kind.isPoll(), kind == ClientKind.SSE_RAW, before, head);
        for (int i = 0; i < observations.size(); i++) {
            checker.moment(observations.get(i).moment());
            try {
                check(checker, observations.get(i).observation());
            } catch (AssertionError wrong) {
                throw new AssertionError(
                        wrong.getMessage() + ", after " + checker.at() + "\n  " + this + lastObservations(i), wrong);
            }
        }
    }

    private void check(ReaderChecker checker, Observation observation) {
        switch (observation) {
            case Observation.Opened(String start) -> checker.opened(cursor(start));
            case Observation.At(String cursor) -> checker.cursor(Observation.parseCursor(cursor));
            case Observation.Gap(String after, String resume, String reason) ->
                checker.gap(
                        Observation.parseCursor(after),
                        Observation.parseCursor(resume),
                        GapReason.valueOf(reason.toUpperCase(Locale.ROOT)));
            case Observation.Envelope(var event) -> {
                Cursor id = Observation.parseCursor(Observation.text(event, "id"));
                boolean hasText = event.has("data") && event.get("data").isString();
                String text = hasText ? Observation.text(event, "data") : null;
                DeliveryCheck.checkEnvelope(checker.event(id, text, isWithoutData(event)), event);
            }
            case Observation.Raw raw ->
                DeliveryCheck.checkRaw(checker.event(Observation.parseCursor(raw.id()), raw.data(), false), raw);
            case Observation.Closed(String channel, String cursor) ->
                checker.closed(channel, Observation.parseCursor(cursor));
            case Observation.Answered(String cursor, boolean _, boolean closed) ->
                checker.answered(Observation.parseCursor(cursor), closed);
            case Observation.NothingLeft _, Observation.End _ -> checker.ended();
            case Observation.Cut _ -> {
                if (isCutByServer) checker.cut();
            }
            case Observation.Refused refused -> throw new AssertionError("was refused: " + refused.problem());
        }
    }

    private static boolean isWithoutData(JsonNode event) {
        return event.has("removed") && !event.has("data") && !event.has("data_base64");
    }

    private static @Nullable Cursor cursor(@Nullable String text) {
        return text == null ? null : Observation.parseCursor(text);
    }

    private String lastObservations(int last) {
        StringBuilder text = new StringBuilder();
        for (TimedObservation each : observations.subList(Math.max(0, last - 6), last + 1)) {
            String line = each.toString();
            text.append("\n  ").append(line, 0, Math.min(line.length(), 300));
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return kind + " from " + from;
    }
}
