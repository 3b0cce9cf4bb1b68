package dev.sluice.server.transport;

import dev.sluice.core.delivery.Ending;
import org.jspecify.annotations.Nullable;

/// What a stream's end is in terms of HTTP, for wires that have words for it.
public final class Endings {
    private Endings() {}

    /// Why a stream is refused in its midst.
    ///
    /// @param json the problem with its `"retry"`, as an object
    public record Words(int status, String title, String json) {}

    /// Null: it is no refusal.
    public static @Nullable Words refusal(Ending ending) {
        return switch (ending) {
            case Ending.Missing(var gap) ->
                words(
                        410,
                        "gap",
                        "Events are missing here",
                        "They are gone (" + gap.reason() + "). Begin again: after="
                                + gap.resume().text() + " is the first place that is whole.",
                        false);
            case Ending.TooFarBehind(var at) ->
                words(
                        503,
                        "too-far-behind",
                        "This reader is too far behind",
                        "Come back with the cursor " + at.text() + " to go on from there.",
                        true);
            case Ending.Unavailable(String why) ->
                words(
                        503,
                        "log-unavailable",
                        "The log can't give what comes next",
                        why + ": try again with the last" + " cursor.",
                        true);
            case Ending.Complete(), Ending.Torn(), Ending.Stalled(), Ending.Stopping(), Ending.ByClient _ -> null;
        };
    }

    private static Words words(int status, String type, String title, String detail, boolean retry) {
        return new Words(status, title, Json.object(json -> {
            json.writeStringProperty("type", "/problems/" + type);
            json.writeStringProperty("title", title);
            json.writeNumberProperty("status", status);
            json.writeStringProperty("detail", detail);
            json.writeBooleanProperty("retry", retry);
        }));
    }
}
